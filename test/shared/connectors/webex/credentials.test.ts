import { describe, expect, it } from 'vitest';
import { addPerson, addRoom, createWorld, post } from '../../../../local/webex/world.ts';
import { webex } from '../../../../shared/connectors/webex/index.ts';
import { createFakeState } from '../fakes.ts';
import { minutesAgo, openBench } from './harness.ts';

function smallWorld(messages = 3) {
  const world = createWorld({ seed: 'credentials' });
  const ann = addPerson(world, { name: 'Ann', address: 'ann@example.com' });
  const room = addRoom(world, { title: 'Plans', creator: ann });
  for (let index = 0; index < messages; index++) {
    post(world, room, ann, { at: minutesAgo(60 - index), text: `${index}` });
  }
  return world;
}

const tokensIn = (state: ReturnType<typeof createFakeState>): string =>
  JSON.stringify([...state.documents].filter(([name]) => name.startsWith('token-')));

describe('an access token', () => {
  it('is got once, and used until shortly before it ends', async () => {
    await using bench = await openBench({
      world: smallWorld(),
      tokens: { expiresInSeconds: 7200 },
    });
    await bench.run();
    await bench.run();
    expect(bench.simulated.requests.accessToken).toBe(1);
    bench.clock.advance(7200_000 - 4 * 60_000);
    await bench.run();
    expect(bench.simulated.requests.accessToken).toBe(2);
    expect(bench.simulated.violations).toEqual([]);
  });

  it('that is refused is renewed once, whatever was under way with it', async () => {
    const rules = [{ fault: { kind: 'unauthorized' as const }, after: 5, times: 3 }];
    await using bench = await openBench({ world: smallWorld(9), faults: { rules } });
    const { items, failed } = await bench.run();
    expect(failed).toBeUndefined();
    expect(items).toHaveLength(9);
  });

  it('that is refused again and again ends the run with a sentence', async () => {
    const routes = ['events' as const];
    const rules = [{ fault: { kind: 'unauthorized' as const }, routes, times: 99 }];
    await using bench = await openBench({ faults: { rules }, name: 'webex-eu' });
    const { failed } = await bench.run();
    expect(failed).toMatchObject({ misconfigured: true });
    expect(failed?.message).toContain('WEBEX_EU_REFRESH_TOKEN');
  });
});

describe('a refresh token', () => {
  it.each(['none', 'graceful', 'strict'] as const)(
    'with rotation "%s" lasts over restarts',
    async (rotation) => {
      const state = createFakeState();
      const world = smallWorld();
      await using bench = await openBench({ world, state, tokens: { rotation } });
      for (let turn = 0; turn < 4; turn++) {
        expect((await bench.run()).failed).toBeUndefined();
        bench.restart();
      }
      expect(bench.simulated.requests.accessToken).toBe(4);
      expect(bench.simulated.violations).toEqual([]);
    },
  );

  it('is kept before its access token is used, even if the storage fails at first', async () => {
    const state = createFakeState();
    const world = smallWorld();
    await using bench = await openBench({ world, state, tokens: { rotation: 'strict' } });
    state.failWrites = 1;
    await expect(bench.run()).rejects.toThrow('storage');
    expect(bench.simulated.requests.events).toBe(0);
    expect((await bench.run()).failed).toBeUndefined();
    bench.restart();
    expect((await bench.run()).failed).toBeUndefined();
    expect(bench.simulated.violations).toEqual([]);
  });

  it('that another process rotated meanwhile is read again', async () => {
    const state = createFakeState();
    const world = smallWorld();
    await using bench = await openBench({ world, state, tokens: { rotation: 'strict' } });
    await bench.run();
    const before = structuredClone([...state.documents]);
    bench.restart();
    await bench.run();
    const after = new Map(state.documents);
    // The third process read the document before the second one wrote it.
    bench.restart();
    const read = state.read.bind(state);
    let isFirst = true;
    state.read = (name, schema) => {
      if (!isFirst || !name.startsWith('token-')) return read(name, schema);
      isFirst = false;
      state.documents.clear();
      for (const [key, value] of before) state.documents.set(key, value);
      const stale = read(name, schema);
      for (const [key, value] of after) state.documents.set(key, value);
      return stale;
    };
    expect((await bench.run()).failed).toBeUndefined();
  });

  it('that was changed in the settings wins over the one that was kept', async () => {
    const state = createFakeState();
    const world = smallWorld();
    await using old = await openBench({ world, state, tokens: { rotation: 'strict' } });
    await old.run();
    expect(tokensIn(state)).toContain('simulated-webex-refresh-token-');
    await using renewed = await openBench({
      ...{ world, state, tokens: { refreshToken: 'fresh' } },
      settings: { REFRESH_TOKEN: 'fresh' },
    });
    expect((await renewed.run()).failed).toBeUndefined();
    expect(renewed.simulated.violations).toEqual([]);
  });
});

describe('a connector that cannot read its source says why, in one sentence', () => {
  it.each([
    [
      'a wrong secret',
      { CLIENT_SECRET: 'wrong' },
      /WEBEX_CLIENT_ID and WEBEX_CLIENT_SECRET/,
    ],
    ['a wrong refresh token', { REFRESH_TOKEN: 'wrong' }, /WEBEX_REFRESH_TOKEN/],
  ])('with %s', async (_, settings, message) => {
    await using bench = await openBench({ settings });
    const { failed } = await bench.run();
    expect(failed).toMatchObject({ misconfigured: true });
    expect(failed?.message).toMatch(message);
    expect(failed?.message).not.toContain('wrong ');
  });

  it('with a base URL that is something else', async () => {
    await using other = await openBench();
    const url = other.simulated.baseUrl.replace('/v1', '/v9');
    await using bench = await openBench({ settings: { BASE_URL: url } });
    const { failed } = await bench.run();
    expect(failed).toMatchObject({ misconfigured: true });
    expect(failed?.message).toContain('WEBEX_BASE_URL');
  });

  it('without the role or the scope', async () => {
    const rules = [
      { fault: { kind: 'forbidden' as const }, routes: ['events' as const] },
    ];
    await using bench = await openBench({ faults: { rules } });
    const { failed } = await bench.run();
    expect(failed).toMatchObject({ misconfigured: true });
    expect(failed?.message).toContain('Compliance Officer');
  });

  it('without a Webex to reach', async () => {
    const gone = await openBench();
    const { baseUrl } = gone.simulated;
    await gone[Symbol.asyncDispose]();
    await using bench = await openBench({ settings: { BASE_URL: baseUrl } });
    const { failed } = await bench.run();
    expect(failed).toMatchObject({ misconfigured: false });
    expect(failed?.message).toMatch(
      /could not be reached at 127\.0\.0\.1:\d+ .*WEBEX_BASE_URL/,
    );
  });

  it('and throws only where trying again may help', async () => {
    const fault = { kind: 'broken' as const, status: 503 as const };
    const rules = [{ fault, routes: ['events' as const], times: 5 }];
    await using bench = await openBench({ world: smallWorld(), faults: { rules } });
    await expect(bench.run()).rejects.toThrow('Webex answered 503');
    expect((await bench.run()).items).toHaveLength(3);
  });
});

describe('the organisation', () => {
  it('is the one of the account, asked once and kept', async () => {
    const state = createFakeState();
    await using bench = await openBench({ world: smallWorld(), state });
    await bench.run();
    bench.restart();
    await bench.run();
    expect(bench.simulated.requests.me).toBe(1);
    const kept = [...state.documents].find(([name]) => name.startsWith('organisation-'));
    expect(kept?.[1].value).toEqual({ organisation: bench.world.orgUuid });
  });

  it('is the one of the events, where the account may not be asked', async () => {
    const rules = [
      { fault: { kind: 'forbidden' as const }, routes: ['me' as const], times: 9 },
    ];
    await using plain = await openBench({ world: smallWorld() });
    await using bench = await openBench({ world: smallWorld(), faults: { rules } });
    const keysOf = (outcome: Awaited<ReturnType<typeof bench.run>>) =>
      outcome.items.map(({ key }) => key).sort();
    expect(keysOf(await bench.run())).toEqual(keysOf(await plain.run()));
  });
});

describe('the settings', () => {
  const complete = { CLIENT_ID: 'id', CLIENT_SECRET: 'secret', REFRESH_TOKEN: 'token' };

  it('need three values, and have the address of Webex by default', () => {
    expect(webex.settings.parse(complete)).toMatchObject({
      BASE_URL: 'https://webexapis.com/v1',
    });
    const issues = webex.settings.safeParse({}).error?.issues ?? [];
    expect(issues.map(({ path }) => path[0])).toEqual(Object.keys(complete));
    expect(issues.every(({ message }) => message.includes('missing'))).toBe(true);
  });

  it('take plain http on loopback only, and drop a slash at the end', () => {
    const parse = (BASE_URL: string) =>
      webex.settings.safeParse({ ...complete, BASE_URL });
    expect(parse('http://webex.example/v1').success).toBe(false);
    expect(parse('http://127.0.0.1:8080/v1/').data).toMatchObject({
      BASE_URL: 'http://127.0.0.1:8080/v1',
    });
  });
});
