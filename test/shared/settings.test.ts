import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  commonConnectorSettingsSchema,
  readConnectors,
} from '../../shared/connectorSettings.ts';
import { connectorTypes } from '../../shared/connectors/registry.ts';
import { settingPrefix } from '../../shared/connectors/settingFields.ts';
import {
  appSettingsSchema,
  importTriggerSource,
  readSettings,
  storageConnection,
} from '../../shared/settings.ts';

const webexSettings = {
  WEBEX_CLIENT_ID: 'id',
  WEBEX_CLIENT_SECRET: 'secret',
  WEBEX_REFRESH_TOKEN: 'token',
};

describe('the settings of the app', () => {
  it('has defaults for all but the storage', () => {
    const { settings, problems } = readSettings({ ArchiveStorage: 'x' });
    expect(problems).toEqual([]);
    expect(settings).toMatchObject({
      ARCHIVE_SCHEDULE: '0 0 1 * * *',
      SWEEP_SCHEDULE: '0 */5 * * * *',
      GAP_DAYS: 7,
      GRAPH_BASE_URL: 'https://graph.microsoft.com/v1.0',
      GRAPH_MAX_IN_FLIGHT: 64,
      MAX_MESSAGE_MB: 150,
      LOOKUP_PATIENCE_SECONDS: 900,
      KEEP_SOURCE_DAYS: 30,
      RUN_DEADLINE_HOURS: 20,
    });
  });

  it('reports every problem at once, each as a sentence with the setting in it', () => {
    const { problems } = readSettings({
      GAP_DAYS: 'soon',
      MAX_MESSAGE_MB: '151',
      GRAPH_BASE_URL: 'http://graph.example.com/v1.0',
      ARCHIVE_START: 'yesterday',
    });
    expect(problems).toHaveLength(4);
    for (const setting of ['GAP_DAYS', 'MAX_MESSAGE_MB', 'GRAPH_BASE_URL']) {
      expect(problems.join('\n')).toContain(setting);
    }
  });

  it('takes an empty setting for an absent one', () => {
    expect(readSettings({ GAP_DAYS: '' }).settings.GAP_DAYS).toBe(7);
  });

  it('refuses a fixed token unless Graph is on loopback', () => {
    const fixed = { GRAPH_ACCESS_TOKEN: 't' };
    expect(readSettings(fixed).problems).toHaveLength(1);
    const onLoopback = { ...fixed, GRAPH_BASE_URL: 'http://127.0.0.1:8080/v1.0' };
    expect(readSettings(onLoopback).problems).toEqual([]);
  });

  it('says what to set when the archive has no storage', () => {
    const { settings } = readSettings({});
    expect(() => storageConnection(settings)).toThrow(/ArchiveStorage is missing/);
  });

  it('uses Event Grid on Azure and a scan elsewhere, unless told otherwise', () => {
    expect(importTriggerSource({ WEBSITE_INSTANCE_ID: 'i' })).toBe('EventGrid');
    expect(importTriggerSource({})).toBe('LogsAndContainerScan');
    expect(importTriggerSource({ IMPORT_TRIGGER_SOURCE: 'EventGrid' })).toBe('EventGrid');
  });
});

describe('the connectors', () => {
  it('are read by name and type, each with its own prefix', () => {
    const env = Object.fromEntries(
      Object.entries(webexSettings).map(([key, value]) => [
        key.replace('WEBEX', 'WEBEX_EU'),
        value,
      ]),
    );
    const [entry] = readConnectors(
      { ...env, WEBEX_EU_USERS: 'Ada@Example.com, example.org' },
      'webex-eu:webex',
    );
    expect(entry).toMatchObject({ ok: true, name: 'webex-eu', type: 'webex' });
    expect(entry?.ok && entry.users).toEqual(new Set(['ada@example.com', 'example.org']));
    expect(settingPrefix('zoom-eu')).toBe('ZOOM_EU_');
  });

  it('tell all that is missing at once', () => {
    const [entry] = readConnectors({}, 'webex');
    expect(entry?.ok).toBe(false);
    const problems = entry?.ok === false ? entry.problems.join('\n') : '';
    for (const setting of Object.keys(webexSettings)) expect(problems).toContain(setting);
  });

  it.each([
    ['an unknown type', 'teams', /"teams" .* use one of .*webex/],
    ['a name that is none', 'Webex_EU:webex', /no name for a connector/],
    ['the same name twice', 'webex,webex', /twice/],
  ])('refuse %s', (_what, connectors, sentence) => {
    const entries = readConnectors(webexSettings, connectors);
    expect(entries).toHaveLength(1);
    const [entry] = entries;
    expect(entry?.ok === false && entry.problems.join(' ')).toMatch(sentence);
  });

  it('refuse a Key Vault reference that was not resolved', () => {
    const env = { ...webexSettings, WEBEX_CLIENT_SECRET: '@Microsoft.KeyVault(x)' };
    const [entry] = readConnectors(env, 'webex');
    expect(entry?.ok === false && entry.problems).toEqual([
      expect.stringContaining('WEBEX_CLIENT_SECRET is a Key Vault reference'),
    ]);
  });

  it('do not stop each other', () => {
    const entries = readConnectors(webexSettings, 'webex,other:webex');
    expect(entries.map((entry) => entry.ok)).toEqual([true, false]);
  });
});

describe('local.settings.json.example', () => {
  const example = JSON.parse(readFileSync('local.settings.json.example', 'utf8'));

  it('has every setting of the app and of each type of connector', () => {
    const expected = [
      ...Object.keys(appSettingsSchema.shape),
      ...connectorTypes.flatMap(({ type, settings }) =>
        Object.keys({
          ...settings.shape,
          ...commonConnectorSettingsSchema.shape,
        }).map((name) => settingPrefix(type) + name),
      ),
    ];
    expect(Object.keys(example.Values).sort()).toEqual(
      [...expected, 'FUNCTIONS_WORKER_RUNTIME'].sort(),
    );
  });
});
