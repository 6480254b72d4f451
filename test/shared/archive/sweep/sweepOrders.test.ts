import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { writeJson } from '../../../../shared/archive/state/blobs.ts';
import {
  type SweepOrdersDeps,
  sweepOrders,
} from '../../../../shared/archive/sweep/sweepOrders.ts';
import { containers } from '../../../../shared/names.ts';
import { type Started, startWorld } from '../import/importWorld.ts';

let started: Started;
beforeAll(async () => {
  started = await startWorld();
});
afterAll(() => started.close());

const minuteMs = 60_000;
const imports = () => started.storage.container(containers.imports);
let retried: string[] = [];
beforeEach(async () => {
  retried = [];
  for await (const { name } of imports().listBlobsFlat())
    await imports().deleteBlob(name);
});

const put = (path: string) => imports().getBlockBlobClient(path).upload('{}', 2);

/** Passes that are an hour late, two orders at a time. */
const deps = (listings = 1): SweepOrdersDeps => ({
  storage: started.storage,
  retryMailbox: async (mailbox) => void retried.push(mailbox),
  now: () => new Date(Date.now() + 60 * minuteMs),
  listingBounds: { listingSize: 2, listings },
});

describe('orders that nobody drains', () => {
  it('give each mailbox one turn', async () => {
    for (const path of ['a/1', 'a/2', 'b/1']) await put(path);
    expect(await sweepOrders(deps(4), minuteMs)).toBe(2);
    expect(retried).toEqual(['a', 'b']);
  });

  it('are left alone while they are young', async () => {
    await put('a/1');
    expect(await sweepOrders(deps(4), 61 * minuteMs)).toBe(0);
  });

  it('are gone through in as many passes as it takes, and then from the beginning', async () => {
    for (const mailbox of ['a', 'b', 'c', 'd', 'e']) await put(`${mailbox}/1`);
    for (let n = 0; n < 3; n++) await sweepOrders(deps(), minuteMs);
    expect(retried).toEqual(['a', 'b', 'c', 'd', 'e']);
    await sweepOrders(deps(), minuteMs);
    expect(retried.slice(5)).toEqual(['a', 'b']);
    // The next pass begins with c, and has time to come round to what lies before.
    await sweepOrders(deps(4), minuteMs);
    expect(new Set(retried.slice(7))).toEqual(new Set(['a', 'b', 'c', 'd', 'e']));
  });

  it('are found from the beginning when their place in the list is no longer known', async () => {
    await put('a/1');
    const state = started.storage.container(containers.state);
    await state.deleteBlob('sweep/imports.json').catch(() => undefined);
    await writeJson(state, 'sweep/imports.json', { next: 'zzz' }, 'absent');
    for (let n = 0; n < 3; n++) await sweepOrders(deps(), minuteMs);
    expect(retried).toContain('a');
  });
});
