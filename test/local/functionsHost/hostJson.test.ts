import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readHostJson } from '../../../local/functionsHost/hostJson.ts';

let root: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'host-json-'));
});
afterEach(() => rm(root, { recursive: true }));

const read = async (content: unknown, env = {}) => {
  const text = typeof content === 'string' ? content : JSON.stringify(content);
  await writeFile(join(root, 'host.json'), text);
  return readHostJson(root, env);
};

describe('host.json', () => {
  it('is read with its times and settings', async () => {
    const settings = await read(
      {
        version: '2.0',
        extensions: {
          queues: {
            batchSize: 8,
            visibilityTimeout: '1.00:00:30',
            messageEncoding: 'none',
          },
          durableTask: { hubName: '%HUB%', storageProvider: { connectionName: 'Other' } },
        },
      },
      { HUB: 'MyHub' },
    );

    expect(settings.queues).toMatchObject({
      batchSize: 8,
      maxDequeueCount: 5,
      visibilityTimeoutMs: 86_430_000,
      base64: false,
    });
    expect(settings.durable).toMatchObject({ hubName: 'MyHub', connection: 'Other' });
    expect(settings.blobs.poisonBlobThreshold).toBe(5);
  });

  it('has defaults for all', async () => {
    expect((await read({ version: '2.0' })).queues.batchSize).toBe(16);
  });

  it.each([
    [{ version: '2.0', extensions: { queues: { batchSize: 99 } } }, /queues\.batchSize/],
    [{ version: '2.0', extensions: { queues: { visibilityTimeout: 30 } } }, /visibility/],
    ['{ not JSON', /can't be read as JSON/],
    [
      { version: '2.0', extensions: { durableTask: { hubName: '%HUB%' } } },
      /The setting HUB is missing/,
    ],
  ])('is refused with a sentence: %j', async (content, sentence) => {
    await expect(read(content)).rejects.toThrow(sentence);
  });
});
