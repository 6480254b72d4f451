import { describe, expect, it } from 'vitest';
import { newKeyPair } from '../../../../local/symphony/accounts.ts';
import type { FaultRule } from '../../../../local/symphony/faults.ts';
import type { SimulatedSymphonyOptions } from '../../../../local/symphony/server.ts';
import {
  addPerson,
  addStream,
  createWorld,
  post,
} from '../../../../local/symphony/world.ts';
import { symphonySettingsSchema } from '../../../../shared/connectors/symphony/settings.ts';
import { keyPair, minutesAgo, openBench } from './harness.ts';

function busyWorld(count: number) {
  const world = createWorld({ seed: 'sessions' });
  const ann = addPerson(world, { name: 'Ann', address: 'ann@example.com' });
  for (let index = 0; index < count; index++) {
    const room = addStream(world, { name: `Room ${index}`, creator: ann });
    post(world, room, ann, { at: minutesAgo(60), text: `Message ${index}.` });
  }
  return world;
}

const open = (options: Partial<SimulatedSymphonyOptions> = {}) =>
  openBench({ world: busyWorld(20), ...options });

describe('a session', () => {
  it('is begun once for all requests of a process', async () => {
    await using bench = await open({ sessionSeconds: 14 * 86_400 });
    await bench.run({ limits: { items: 5 } });
    await bench.nextDay();
    expect(bench.simulated.requests).toMatchObject({ login: 1, relay: 1 });
    expect(bench.simulated.violations).toEqual([]);
  });

  it('is begun anew when it ends in the middle, and nothing is lost', async () => {
    const rules: FaultRule[] = [3, 13, 25, 36].map((after) => ({
      ...{ fault: { kind: 'sessionsEnd' }, after },
      routes: ['streams', 'members', 'messages'],
    }));
    await using bench = await open({ faults: { rules } });
    const { items, failed } = await bench.run();
    expect(failed).toBeUndefined();
    expect(items).toHaveLength(20);
    expect(bench.simulated.requests.login).toBeGreaterThan(2);
    expect(bench.simulated.requests.login).toBeLessThanOrEqual(5);
  });

  it('is got from a key manager beside the agent, where the pod has none', async () => {
    await using bench = await open({ keyManager: 'agent' });
    expect((await bench.run()).items).toHaveLength(20);
    expect(bench.simulated.violations).toEqual([]);
  });

  it('needs no key manager where the agent gets its keys by itself', async () => {
    await using bench = await open({ keyManager: 'nowhere', simplifiedKeys: true });
    expect((await bench.run()).items).toHaveLength(20);
    expect(bench.simulated.requests.relay).toBe(2);
  });

  it('fails with a sentence where a key manager is needed and there is none', async () => {
    await using bench = await open({ keyManager: 'nowhere' });
    const { failed } = await bench.run();
    expect(failed).toMatchObject({ misconfigured: true });
    expect(failed?.message).toMatch(/key manager.*SYMPHONY_AGENT_URL/);
  });

  it('fails with a sentence where the key is of somebody else', async () => {
    const { privateKey } = newKeyPair();
    await using bench = await openBench({ settings: { PRIVATE_KEY: privateKey } });
    const { failed } = await bench.run();
    expect(failed).toMatchObject({ misconfigured: true });
    expect(failed?.message).toMatch(/SYMPHONY_USERNAME.*SYMPHONY_PRIVATE_KEY/);
  });
});

describe('the private key', () => {
  const pkcs1 = newKeyPair('pkcs1');
  const oneLine = (text: string) => text.trim().replaceAll('\n', '\\n');

  it.each([
    ['in PKCS#8', keyPair, keyPair.privateKey],
    ['in PKCS#1', pkcs1, pkcs1.privateKey],
    ['in one line with \\n', keyPair, oneLine(keyPair.privateKey)],
    ['in PKCS#1, in one line with \\n', pkcs1, oneLine(pkcs1.privateKey)],
    ['with spaces for new lines', keyPair, keyPair.privateKey.replaceAll('\n', ' ')],
    [
      'with the line ends of Windows',
      keyPair,
      keyPair.privateKey.replaceAll('\n', '\r\n'),
    ],
  ])('can be %s', async (_, pair, PRIVATE_KEY) => {
    await using bench = await openBench({ keyPair: pair, settings: { PRIVATE_KEY } });
    const { failed } = await bench.run();
    expect(failed).toBeUndefined();
    expect(bench.simulated.violations).toEqual([]);
  });

  it.each([
    ['is no PEM', 'secret'],
    ['is cut', keyPair.privateKey.slice(0, 400)],
    ['has other content', keyPair.privateKey.replace(/\nM.*\n/, '\nabcd\n')],
    [
      'has a password',
      keyPair.privateKey.replaceAll('PRIVATE KEY', 'ENCRYPTED PRIVATE KEY'),
    ],
  ])('is refused by a sentence where it %s', (_, PRIVATE_KEY) => {
    const settings = {
      ...{ USERNAME: 'bot', PRIVATE_KEY },
      ...{ POD_URL: 'https://acme.symphony.com', AGENT_URL: 'https://acme.symphony.com' },
    };
    const { error } = symphonySettingsSchema.safeParse(settings);
    expect(error?.issues.map(({ message }) => message)).toEqual([
      expect.stringContaining('must be an RSA key in PEM'),
    ]);
    expect(error?.message).not.toContain(PRIVATE_KEY);
  });
});

it('lists all problems of the settings at once', () => {
  const { error } = symphonySettingsSchema.safeParse({
    POD_URL: 'http://acme.symphony.com',
    AGENT_URL: 'https://acme.symphony.com/agent',
  });
  expect(error?.issues.map(({ path }) => path.join('.')).sort()).toEqual([
    ...['AGENT_URL', 'POD_URL', 'PRIVATE_KEY', 'USERNAME'],
  ]);
});
