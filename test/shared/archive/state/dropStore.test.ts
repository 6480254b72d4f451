import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Azurite, startAzurite } from '../../../../local/azurite.ts';
import { createDropStore } from '../../../../shared/archive/state/dropStore.ts';
import {
  type ArchiveStorage,
  openStorage,
  provisionStorage,
} from '../../../../shared/archive/state/storage.ts';
import {
  DropChanged,
  type DropRef,
  DropRefused,
} from '../../../../shared/connectors/dropStore.ts';
import { containers } from '../../../../shared/names.ts';

let azurite: Azurite;
let storage: ArchiveStorage;
let name = '';
let containersMade = 0;

beforeAll(async () => {
  azurite = await startAzurite();
  storage = await openStorage({ connectionString: azurite.connectionString });
});
afterAll(() => azurite.close());
beforeEach(() => {
  name = `drop-${++containersMade}`;
});

async function openDrop() {
  const container = storage.container(name);
  await container.createIfNotExists();
  const drop = createDropStore(storage, name, 'skype-eu');
  return {
    ...{ container, drop },
    put: (path: string, content: string, metadata = {}) =>
      container
        .getBlockBlobClient(path)
        .upload(content, Buffer.byteLength(content), { metadata }),
    listed: async (path: string): Promise<DropRef> => {
      const { files } = await drop.list(path, undefined);
      if (!files[0]) throw new Error(`There is no ${path}.`);
      return files[0];
    },
    async paths(): Promise<string[]> {
      const blobs = await Array.fromAsync(container.listBlobsFlat());
      return blobs.map((blob) => blob.name);
    },
  };
}

describe('a drop container', () => {
  it('is there from the start, under the name that is the default', async () => {
    await provisionStorage(storage);
    expect(containers.skypeDrop).toBe('skype-drop');
    expect(await storage.container('skype-drop').exists()).toBe(true);
  });

  it('is made when it is first read, if an administrator named another one', async () => {
    const drop = createDropStore(storage, name, 'skype');
    expect(await drop.list('eml/', undefined)).toEqual({ files: [], next: undefined });
    expect(await storage.container(name).exists()).toBe(true);
  });

  it('lists what lies under a prefix, in order, with what a file is', async () => {
    const { drop, put } = await openDrop();
    for (const path of ['eml/b.eml', 'eml/a/c.eml', 'other/d.eml']) await put(path, 'x');
    const { files, next } = await drop.list('eml/', undefined);
    expect(files.map(({ path }) => path)).toEqual(['eml/a/c.eml', 'eml/b.eml']);
    expect(files[0]).toMatchObject({ bytes: 1, mark: undefined });
    expect(next).toBeUndefined();
    expect(await drop.find('eml/b.eml')).toEqual(files[1]);
    expect(await drop.find('eml/nothing')).toBeUndefined();
  });

  it('tells what lies at its top', async () => {
    const { drop, put } = await openDrop();
    for (const path of ['eml/b.eml', 'eml/a/c.eml', 'EML/d.eml', 'e.eml']) {
      await put(path, 'x');
    }
    expect(await drop.top()).toEqual(['EML/', 'e.eml', 'eml/']);
  });

  it('does not take the mark of a folder for something that lies at its top', async () => {
    const { drop, put } = await openDrop();
    await put('eml', '', { hdi_isfolder: 'true' });
    await put('eml/b.eml', 'x');
    expect(await drop.top()).toEqual(['eml/']);
  });

  it('gives a file from any byte on, and nothing behind its end', async () => {
    const { drop, put, listed } = await openDrop();
    await put('a', 'hello');
    const file = await listed('a');
    expect(await text(await drop.open(file))).toBe('hello');
    expect(await text(await drop.open(file, 3))).toBe('lo');
    expect(await text(await drop.open(file, 5))).toBe('');
  });

  it('does not give a file for the one that was there before', async () => {
    const { drop, put, listed } = await openDrop();
    await put('a', 'hello');
    const file = await listed('a');
    await put('a', 'world');
    await expect(drop.open(file)).rejects.toThrow(DropChanged);
    await expect(drop.open({ ...file, path: 'b' })).rejects.toThrow(DropChanged);
    expect(await drop.mark(file, 'taken')).toBe(false);
    await drop.reject(file, 'It is broken.');
    expect(await text(await drop.open(await listed('a')))).toBe('world');
  });

  it('keeps a mark, for each connector its own, beside the metadata of others', async () => {
    const { container, drop, put, listed } = await openDrop();
    await put('a', 'hello', { owner: 'somebody' });
    expect(await drop.mark(await listed('a'), 'whole')).toBe(true);
    expect(await drop.find('a')).toMatchObject({ mark: 'whole' });
    expect(await drop.mark(await listed('a'), 'taken')).toBe(true);
    expect((await drop.list('a', undefined)).files).toMatchObject([{ mark: 'taken' }]);
    const other = createDropStore(storage, name, 'skype-us');
    expect(await other.find('a')).toMatchObject({ mark: undefined });
    const { metadata } = await container.getBlobClient('a').getProperties();
    expect(metadata).toMatchObject({ owner: 'somebody' });
  });

  it('forgets a mark when the file is replaced or appended to', async () => {
    const { container, drop, put, listed } = await openDrop();
    await put('a', 'hello');
    await drop.mark(await listed('a'), 'taken');
    await put('a', 'hello');
    expect(await drop.find('a')).toMatchObject({ mark: undefined });
    const log = container.getAppendBlobClient('log');
    await log.create();
    await log.appendBlock('one', 3);
    await drop.mark(await listed('log'), 'taken');
    expect(await drop.find('log')).toMatchObject({ mark: 'taken' });
    await log.appendBlock('two', 3);
    expect(await drop.find('log')).toMatchObject({ mark: undefined });
  });

  it('moves what is rejected, with the reason, and twice is once', async () => {
    const { container, drop, put, listed, paths } = await openDrop();
    await put('eml/a.eml', 'rubbish', { owner: 'somebody' });
    const file = await listed('eml/a.eml');
    await drop.reject(file, 'It is no email.');
    await drop.reject(file, 'It is no email.');
    expect(await paths()).toEqual(['rejected/eml/a.eml']);
    const blob = container.getBlobClient('rejected/eml/a.eml');
    expect((await blob.getProperties()).metadata).toMatchObject({
      ...{ reason: 'It is no email.', owner: 'somebody' },
    });
    expect((await blob.downloadToBuffer()).toString()).toBe('rubbish');
  });

  it('keeps rejected files of one name apart', async () => {
    const { drop, put, listed, paths } = await openDrop();
    for (const content of ['one', 'two', 'three']) {
      await put('a', content);
      await drop.reject(await listed('a'), 'It is broken.');
    }
    const rejected = await paths();
    expect(rejected).toHaveLength(3);
    expect(rejected.every((path) => path.startsWith('rejected/a'))).toBe(true);
  });

  it('completes a move that was interrupted before the file was deleted', async () => {
    const { drop, put, listed, paths } = await openDrop();
    await put('a', 'one');
    const file = await listed('a');
    const blob = storage.container(name).getBlobClient('a');
    const lease = blob.getBlobLeaseClient();
    await lease.acquireLease(60);
    await expect(drop.reject(file, 'It is broken.')).rejects.toThrow(DropRefused);
    expect(await paths()).toEqual(['a', 'rejected/a']);
    await lease.releaseLease();
    await drop.reject(file, 'It is broken.');
    expect(await paths()).toEqual(['rejected/a']);
  });

  it('takes hostile names as names', async () => {
    const { drop, put, paths } = await openDrop();
    const path = 'eml/Zoë 100% #1?x=y&z.eml';
    await put(path, 'x');
    const [file] = (await drop.list('eml/', undefined)).files;
    expect(file?.path).toBe(path);
    if (file) await drop.reject(file, 'It is broken.');
    expect(await paths()).toEqual([`rejected/${path}`]);
  });
});
