import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Azurite, startAzurite } from '../../../../local/azurite.ts';
import { createFileStore } from '../../../../shared/archive/state/connectorStores.ts';
import {
  type ArchiveStorage,
  openStorage,
  provisionStorage,
} from '../../../../shared/archive/state/storage.ts';

let azurite: Azurite;
let storage: ArchiveStorage;

beforeAll(async () => {
  azurite = await startAzurite();
  storage = await openStorage({ connectionString: azurite.connectionString });
  await provisionStorage(storage);
});
afterAll(() => azurite.close());

describe('the files of a connector', () => {
  const open = () => createFileStore(storage, 'rc', () => new Date('2026-03-10'));
  const put = (content: string) => open().put(Readable.from([Buffer.from(content)]));

  it('are read back whole and in parts', async () => {
    const { path, bytes } = await put('0123456789');
    expect(bytes).toBe(10);
    expect(await text(await open().open(path))).toBe('0123456789');
    expect(await text(await open().open(path, { start: 2, end: 5 }))).toBe('234');
    expect(await text(await open().open(path, { start: 9, end: 99 }))).toBe('9');
  });

  it('are gone when they are removed, however often that is asked', async () => {
    const { path } = await put('x');
    await open().remove(path);
    await open().remove(path);
    await expect(open().open(path)).rejects.toThrow();
  });

  it('are none where their stream breaks off', async () => {
    const broken = Readable.from(
      (async function* () {
        yield Buffer.from('half');
        throw new Error('It broke off.');
      })(),
    );
    await expect(open().put(broken)).rejects.toThrow('It broke off.');
  });
});
