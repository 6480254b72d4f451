import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { FaultRule } from '../../../../local/symphony/faults.ts';
import {
  addPerson,
  addStream,
  createWorld,
  type FileOptions,
  post,
} from '../../../../local/symphony/world.ts';
import { decoded, NotBase64 } from '../../../../shared/connectors/symphony/base64.ts';
import { itemSaying, minutesAgo, openBench } from './harness.ts';

function worldWith(files: FileOptions[]) {
  const world = createWorld({ seed: 'files' });
  const ann = addPerson(world, { name: 'Ann', address: 'ann@example.com' });
  const room = addStream(world, { name: 'Room', creator: ann });
  const message = post(world, room, ann, { at: minutesAgo(60), text: 'See.', files });
  return { world, message };
}

describe('the files of a message', () => {
  it('are decoded, with a type by their name', async () => {
    const content = Buffer.from([0, 1, 2, 250, 251, 255]);
    const { world } = worldWith([
      { name: 'Table.XLSX', content },
      { name: 'empty', content: '' },
    ]);
    await using bench = await openBench({ world });
    const { files, missing } = itemSaying((await bench.run()).items, 'See.');
    expect(missing).toEqual([]);
    expect(files).toMatchObject([
      { name: 'Table.XLSX', bytes: 6, contentType: expect.stringContaining('sheet') },
      { name: 'empty', bytes: 0, contentType: 'application/octet-stream' },
    ]);
    expect(bench.files.contents.get(files[0]?.path ?? '')).toEqual(content);
  });

  it('are whole, however large', async () => {
    const bytes = 20 * 1024 * 1024 + 1;
    const { world } = worldWith([{ name: 'large.bin', content: { bytes } }]);
    await using bench = await openBench({ world });
    const { files } = itemSaying((await bench.run()).items, 'See.');
    expect(files).toMatchObject([{ bytes }]);
  });

  it('are asked for by an id that is encoded once', async () => {
    const { world, message } = worldWith([{ name: 'a.txt', content: 'A' }]);
    const [file] = message.files;
    message.garbled = {
      attachments: [{ id: encodeURIComponent(file?.id ?? ''), name: 'a.txt', size: 1 }],
    };
    await using bench = await openBench({ world });
    const { files } = itemSaying((await bench.run()).items, 'See.');
    expect(files).toHaveLength(1);
    expect(bench.simulated.violations).toEqual([]);
  });

  it.each([404, 410])('keep their place where %i hides behind a 200', async (code) => {
    const rules: FaultRule[] = [
      { fault: { kind: 'disguised', code }, routes: ['attachment'] },
    ];
    const { world } = worldWith([{ name: 'a.txt', content: 'A' }]);
    await using bench = await openBench({ world, faults: { rules } });
    const { files, missing } = itemSaying((await bench.run()).items, 'See.');
    expect(files).toEqual([]);
    expect(missing).toMatchObject([{ name: 'a.txt', bytes: 1 }]);
    expect(bench.pipeline.gaps.size).toBe(0);
    expect(bench.files.contents.size).toBe(0);
  });

  it('are asked for again where an error of the agent looks like one', async () => {
    const flaw = { kind: 'error' as const, times: 2 };
    const { world } = worldWith([{ name: 'a.txt', content: 'A', flaw }]);
    await using bench = await openBench({ world });
    const { files } = itemSaying((await bench.run()).items, 'See.');
    expect(files).toMatchObject([{ bytes: 1 }]);
  });

  it('wait as a gap where the account may not have them', async () => {
    const { world, message } = worldWith([
      { name: 'a.txt', content: 'A', state: 'refused' },
    ]);
    await using bench = await openBench({ world });
    await bench.run();
    const [gap] = [...bench.pipeline.gaps.values()];
    expect(gap?.reason).toContain('22.6.1');
    for (const file of message.files) file.state = 'ready';
    const { items } = await bench.nextDay();
    expect(items).toMatchObject([{ event: 'supplemented', files: [{ bytes: 1 }] }]);
  });

  it('come with the post that a message shares', async () => {
    const { world, message } = worldWith([{ name: 'a.txt', content: 'A' }]);
    const { stream, author } = message;
    post(world, stream, author, { at: minutesAgo(9), text: 'Look.', shared: message });
    await using bench = await openBench({ world });
    const { items } = await bench.run();
    const share = items.find(({ text }) => text.startsWith('Look.'));
    expect(share?.text).toMatch(/Shared post by Ann of .* UTC:\nSee\./);
    expect(share?.files).toMatchObject([{ name: 'a.txt' }]);
  });
});

describe('Base64', () => {
  const inPieces = async function* (text: string, size: number) {
    for (let at = 0; at < text.length; at += size) {
      yield Buffer.from(text.slice(at, at + size));
    }
  };
  const decode = async (text: string, size = 3) =>
    Buffer.concat(await Array.fromAsync(decoded(inPieces(text, size))));

  it.each([1, 2, 3, 5, 7, 100])('is decoded in pieces of %i characters', async (size) => {
    const content = createHash('sha512').update('content').digest();
    for (const end of [0, 1, 2, 3, 64]) {
      const part = content.subarray(0, end);
      expect(await decode(part.toString('base64'), size)).toEqual(part);
    }
  });

  it('may have line breaks', async () => {
    expect(String(await decode('SGVs\r\nbG8s\r\nIHlv\r\ndS4=\r\n'))).toBe('Hello, you.');
  });

  it.each(['SGVsb', 'SGVsbG', 'SGVs='])('is broken where it ends as %s', async (text) => {
    await expect(decode(text)).rejects.toThrow('its Base64 ends');
  });

  it.each(['{"code":404}', '<html>', 'SGVsbG8 {'])('is not %s', async (text) => {
    await expect(decode(text)).rejects.toThrow(NotBase64);
  });

  it('is not two texts one after the other', async () => {
    await expect(decode('SGVsbA==SGVsbA==')).rejects.toThrow('ends before its end');
  });
});
