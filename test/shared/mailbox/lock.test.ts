import { setTimeout as delay } from 'node:timers/promises';
import type { ContainerClient } from '@azure/storage-blob';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Azurite, startAzurite } from '../../../local/azurite.ts';
import { openStorage, provisionStorage } from '../../../shared/archive/state/storage.ts';
import { systemClock } from '../../../shared/clock.ts';
import { silentLog } from '../../../shared/log.ts';
import { createLocks } from '../../../shared/mailbox/lock.ts';
import { containers } from '../../../shared/names.ts';

let azurite: Azurite;
let container: ContainerClient;
beforeAll(async () => {
  azurite = await startAzurite();
  const storage = await openStorage(azurite);
  await provisionStorage(storage);
  container = storage.container(containers.state);
});
afterAll(() => azurite.close());

const locksOf = (host: string, options: { dead?: string; via?: ContainerClient } = {}) =>
  createLocks({
    ...{ container: options.via ?? container, host, log: silentLog, clock: systemClock },
    isGone: (other) => other === options.dead,
  });

/** Every first write to a blob is sent twice, as a client does that lost the answer. */
function stuttering(real: ContainerClient): ContainerClient {
  const stutter = Object.create(real);
  stutter.getBlockBlobClient = (name: string) => {
    const blob = real.getBlockBlobClient(name);
    const upload = blob.upload.bind(blob);
    let writes = 0;
    blob.upload = async (...given) => {
      if (writes++ === 0) await upload(...given);
      return upload(...given);
    };
    return blob;
  };
  return stutter;
}

describe("a mailbox's lock", () => {
  it('is held by one, and free once released', async () => {
    const first = await locksOf('one').acquire('shared');
    const refused = await locksOf('two').acquire('shared');
    await first?.release();
    const second = await locksOf('two').acquire('shared');

    expect([first?.owner.split('~')[0], refused]).toEqual(['one', undefined]);
    expect(second?.found.owner).toBe('');
    await second?.release();
  });

  it('is taken from a process that is known to be dead', async () => {
    const first = await locksOf('dead').acquire('orphaned');

    const heir = await locksOf('heir', { dead: 'dead' }).acquire('orphaned');

    expect(heir?.found.owner).toBe(first?.owner);
    await heir?.release();
    await first?.release();
  });

  it('is ours even where the answer to our own write was lost', async () => {
    const via = stuttering(container);

    const lock = await locksOf('one', { via }).acquire('stuttering');

    expect(lock?.owner).toMatch(/^one~/);
    await lock?.release();
  });

  it('hands its note to the next holder', async () => {
    const first = await locksOf('one').acquire('noted');
    await first?.note(() => ({ ...first.found, pausedUntil: 12_345, stagedAt: 6 }));
    await first?.release();

    const second = await locksOf('two').acquire('noted');

    expect(second?.found).toMatchObject({ pausedUntil: 12_345, stagedAt: 6 });
    await second?.release();
  });

  it('takes no note any more once somebody else broke it', async () => {
    const lock = await locksOf('one').acquire('broken');
    await container.getBlobClient('locks/broken').getBlobLeaseClient().breakLease(0);
    await delay(10);

    await expect(lock?.note(() => lock.found)).rejects.toThrow();

    await lock?.release();
  });
});
