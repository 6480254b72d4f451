import { describe, expect, it } from 'vitest';
import type { Fault, RouteName } from '../../../../local/zoom/faults.ts';
import { addMeeting } from '../../../../local/zoom/world.ts';
import { zoom } from '../../../../shared/connectors/zoom/index.ts';
import { type BenchOptions, createStage, minutesAgo, openBench } from './harness.ts';

function smallWorld() {
  const { world, ann, ben } = createStage();
  addMeeting(world, { host: ann, start: minutesAgo(180), people: [ann, ben] });
  return world;
}

async function sentenceOf(options: Omit<BenchOptions, 'world'>): Promise<string> {
  await using bench = await openBench({
    world: smallWorld(),
    name: 'zoom-eu',
    ...options,
  });
  const { failed, items } = await bench.run();
  expect(items).toEqual([]);
  expect(failed).toMatchObject({ misconfigured: true });
  return failed?.message ?? '';
}

const always = (fault: Fault, route: RouteName) => ({
  faults: { rules: [{ fault, routes: [route], times: 99 }] },
});

describe('what an administrator has to mend', () => {
  it.each<[string, Omit<BenchOptions, 'world'>, RegExp]>([
    [
      'the secret',
      { settings: { CLIENT_SECRET: 'wrong' } },
      /ZOOM_EU_CLIENT_ID and ZOOM_EU_CLIENT_SECRET/,
    ],
    ['the account', { settings: { ACCOUNT_ID: 'wrong' } }, /ZOOM_EU_ACCOUNT_ID/],
    ['an app that is off', { tokens: { isDisabled: true } }, /switched off/],
    [
      'the region',
      { tokens: { apiUrl: 'https://api-eu.zoom.us' } },
      /another region.*api-eu\.zoom\.us/,
    ],
    [
      'a token that is refused',
      always({ kind: 'unauthorized' }, 'archiveFiles'),
      /ZOOM_EU_BASE_URL/,
    ],
    [
      'the scope for the archive',
      always({ kind: 'missingScope' }, 'archiveFiles'),
      /archiving:read:list_archived_files:admin/,
    ],
    [
      'the scope for users',
      always({ kind: 'missingScope' }, 'users'),
      /user:read:list_users:admin/,
    ],
    [
      'the scope for participants',
      always({ kind: 'missingScope' }, 'participants'),
      /list_past_participants/,
    ],
    [
      'the plan, refused',
      always({ kind: 'noPlan', status: 400 }, 'archiveFiles'),
      /Zoom Support/,
    ],
    [
      'the plan, as if all were well',
      always({ kind: 'noPlan', status: 200 }, 'archiveFiles'),
      /Zoom Support/,
    ],
    [
      'the history',
      { lane: 'recordings', ...always({ kind: 'missingScope' }, 'history') },
      /list_history_meetings/,
    ],
    [
      'the address',
      always({ kind: 'refused', status: 404, code: 2300 }, 'archiveFiles'),
      /ZOOM_EU_BASE_URL/,
    ],
  ])('is said in a sentence of its own: %s', async (_, options, sentence) => {
    const message = await sentenceOf(options);
    expect(message).toMatch(sentence);
    expect(message).toMatch(/^[A-Z].*\.$/);
    expect(message).not.toMatch(/simulated-zoom|Bearer|abcDEF123/);
  });

  it('is nothing where one host has no licence', async () => {
    await using bench = await openBench({
      world: smallWorld(),
      ...always({ kind: 'noPlan', status: 400 }, 'participants'),
    });
    const { items, failed } = await bench.run();
    expect(failed).toBeUndefined();
    // The report knows them.
    expect(items).toHaveLength(1);
  });

  it('is no fault of the settings where Zoom is away', async () => {
    const settings = { BASE_URL: 'http://127.0.0.1:9/v2' };
    await using bench = await openBench({ world: smallWorld(), settings });
    const { failed } = await bench.run();
    expect(failed).toMatchObject({ misconfigured: false });
    expect(failed?.message).toContain('could not be reached');
  });
});

describe('settings', () => {
  const good = { ACCOUNT_ID: 'a', CLIENT_ID: 'b', CLIENT_SECRET: 'c', LANE: 'archive' };

  it('have the addresses of Zoom, and give files to all, unless they say otherwise', () => {
    expect(zoom.settings.parse(good)).toMatchObject({
      BASE_URL: 'https://api.zoom.us/v2',
      AUTH_URL: 'https://zoom.us/oauth/token',
      FILES_TO: 'participants',
    });
  });

  it.each([
    { LANE: undefined },
    { LANE: 'both' },
    { FILES_TO: 'everyone' },
    { BASE_URL: 'http://api.zoom.us/v2' },
    { AUTH_URL: 'nowhere' },
    { CLIENT_SECRET: ' ' },
  ])('are refused: %j', (wrong) => {
    expect(zoom.settings.safeParse({ ...good, ...wrong }).success).toBe(false);
  });
});
