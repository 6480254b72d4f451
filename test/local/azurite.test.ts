import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TableClient } from '@azure/data-tables';
import { BlobServiceClient } from '@azure/storage-blob';
import { QueueServiceClient } from '@azure/storage-queue';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Azurite, isListening, startAzurite } from '../../local/azurite.ts';

const open: Azurite[] = [];
let folder: string;

async function start(options = {}) {
  const azurite = await startAzurite(options);
  open.push(azurite);
  return clientsOf(azurite.connectionString);
}

function clientsOf(connectionString: string) {
  return {
    container:
      BlobServiceClient.fromConnectionString(connectionString).getContainerClient('box'),
    queue:
      QueueServiceClient.fromConnectionString(connectionString).getQueueClient('work'),
    table: TableClient.fromConnectionString(connectionString, 'Rows', {
      allowInsecureConnection: true,
    }),
  };
}

async function closeAll() {
  await Promise.all(open.splice(0).map((azurite) => azurite.close()));
}

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'azurite-'));
});
afterEach(async () => {
  await closeAll();
  await rm(folder, { recursive: true, force: true });
});

describe('the embedded Azurite', () => {
  it('serves blobs, queues and tables on free ports', async () => {
    const { container, queue, table } = await start();
    await container.create();
    await container.getBlockBlobClient('a').upload('text', 4);
    await queue.create();
    await queue.sendMessage('hello');
    await table.createTable();
    await table.createEntity({ partitionKey: 'p', rowKey: 'r', value: 1 });

    expect((await container.getBlobClient('a').downloadToBuffer()).toString()).toBe(
      'text',
    );
    const { receivedMessageItems } = await queue.receiveMessages();
    expect(receivedMessageItems.map((item) => item.messageText)).toEqual(['hello']);
    expect(await table.getEntity('p', 'r')).toMatchObject({ value: 1 });
  });

  it('is noticed while it listens', async () => {
    const azurite = await startAzurite();
    const port = Number(/BlobEndpoint=[^;]*:(\d+)\//.exec(azurite.connectionString)?.[1]);

    expect(await isListening(port)).toBe(true);
    await azurite.close();
    expect(await isListening(port)).toBe(false);
  });

  it('keeps two instances in memory apart', async () => {
    const first = await start();
    const second = await start();
    await first.container.create();

    expect(await second.container.exists()).toBe(false);
  });

  it('finds everything again in its folder', async () => {
    const first = await start({ folder });
    await first.container.create();
    await first.container.getBlockBlobClient('a').upload('text', 4);
    await closeAll();

    const { container } = await start({ folder });

    expect((await container.getBlobClient('a').downloadToBuffer()).toString()).toBe(
      'text',
    );
  });

  it('refuses a folder that is in use', async () => {
    await start({ folder });

    await expect(startAzurite({ folder })).rejects.toThrow(/in use by the process/);
  });

  it('has on disk what it confirmed, when its process is killed', async () => {
    const child = fork(new URL('./azuriteChild.ts', import.meta.url).pathname, [folder], {
      execArgv: [],
    });
    const [connectionString] = await once(child, 'message');
    const writer = clientsOf(String(connectionString));
    await writer.container.create();
    await writer.queue.create();
    await writer.table.createTable();
    await Promise.all(
      Array.from({ length: 30 }, async (_, n) => {
        await writer.container
          .getBlockBlobClient(`blob-${n}`)
          .upload(`${n}`, `${n}`.length);
        await writer.queue.sendMessage(`${n}`);
        await writer.table.createEntity({ partitionKey: 'p', rowKey: `${n}` });
      }),
    );
    child.kill('SIGKILL');
    await once(child, 'exit');

    const reader = await start({ folder });

    const blobs = await Array.fromAsync(reader.container.listBlobsFlat());
    expect(blobs).toHaveLength(30);
    const last = reader.container.getBlobClient('blob-29');
    expect((await last.downloadToBuffer()).toString()).toBe('29');
    expect((await reader.queue.getProperties()).approximateMessagesCount).toBe(30);
    expect(await Array.fromAsync(reader.table.listEntities())).toHaveLength(30);
  });
});
