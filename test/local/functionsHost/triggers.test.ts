import { setTimeout as delay } from 'node:timers/promises';
import { BlobServiceClient } from '@azure/storage-blob';
import { QueueServiceClient } from '@azure/storage-queue';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { hostsContainer } from '../../../local/functionsHost/functionsHost.ts';
import { behaviour, eventually, reset, runsOf } from './probe.ts';
import { type Lab, openLab } from './setup.ts';

let lab: Lab;

beforeEach(async () => {
  reset();
  lab = await openLab();
});
afterEach(() => lab.close());

const blobs = () => BlobServiceClient.fromConnectionString(lab.azurite.connectionString);
const queue = (name: string) =>
  QueueServiceClient.fromConnectionString(lab.azurite.connectionString).getQueueClient(
    name,
  );
const base64 = (text: string) => Buffer.from(text).toString('base64');
const start = (options = {}) => lab.start(['triggers.ts'], options);

async function waiting(name: string): Promise<number> {
  if (!(await queue(name).exists())) return 0;
  return (await queue(name).getProperties()).approximateMessagesCount ?? 0;
}

describe('a queue trigger', () => {
  beforeEach(() => queue('work-test').create());

  it('gets each message with its metadata, once', async () => {
    await start();
    await queue('work-test').sendMessage(base64('{"n":1}'));
    await queue('work-test').sendMessage(base64('plain text'));
    await eventually(() => runsOf('onQueue').length === 2);
    await eventually(async () => (await waiting('work-test')) === 0);

    expect(runsOf('onQueue')).toContainEqual({
      message: { n: 1 },
      queueTrigger: { n: 1 },
      dequeueCount: 1,
      id: expect.any(String),
      popReceipt: expect.any(String),
      insertionTime: expect.stringMatching(/Z$/),
      expirationTime: expect.stringMatching(/Z$/),
      nextVisibleTime: expect.stringMatching(/Z$/),
    });
    expect(runsOf('onQueue')).toContainEqual(
      expect.objectContaining({ message: 'plain text' }),
    );
  });

  it('tries a failed message again, and hands it to the poison queue\u2019s function', async () => {
    behaviour.set('onQueue', () => {
      throw new Error('no');
    });
    await start();
    await queue('work-test').sendMessage(base64('"bad"'));
    await eventually(() => runsOf('onPoison').length === 1);
    await eventually(async () => (await waiting('work-test-poison')) === 0);

    expect(runsOf('onQueue')).toHaveLength(2);
    expect(runsOf('onPoison')).toEqual(['bad']);
    expect(await waiting('work-test')).toBe(0);
    expect(lab.lines).toContain('poison came');
  });

  it('has no more messages in work than host.json says', async () => {
    let now = 0;
    let most = 0;
    behaviour.set('onQueue', async () => {
      most = Math.max(most, ++now);
      await delay(20);
      now--;
    });
    for (let n = 0; n < 30; n++) await queue('work-test').sendMessage(base64(`${n}`));
    await start();
    await eventually(() => runsOf('onQueue').length === 30);

    expect(most).toBeGreaterThan(2);
    expect(most).toBeLessThanOrEqual(6);
  });

  it('puts what is not in base64 into the poison queue', async () => {
    await start();
    await queue('work-test').sendMessage('not base64!');
    await eventually(() => runsOf('onPoison').length === 1);

    expect(runsOf('onPoison')).toEqual(['not base64!']);
    expect(runsOf('onQueue')).toEqual([]);
  });

  it('is left alone when its function is disabled', async () => {
    await start({ env: { 'AzureWebJobs.onQueue.Disabled': 'true' } });
    await queue('work-test').sendMessage(base64('x'));
    await delay(400);

    expect(runsOf('onQueue')).toEqual([]);
    expect(await waiting('work-test')).toBe(1);
  });
});

describe('a blob trigger', () => {
  const put = (name: string, text = 'content') =>
    blobs().getContainerClient('box').getBlockBlobClient(name).upload(text, text.length);

  beforeEach(() => blobs().getContainerClient('box').create());

  it('gets each blob with the parts of its name, and again when it has changed', async () => {
    await put('someone@x/order/with/slashes');
    await put('elsewhere');
    await start();
    await eventually(() => runsOf('onBlob').length === 1);
    await delay(600);
    await put('someone@x/order/with/slashes', 'changed');
    await eventually(() => runsOf('onBlob').length === 2);

    expect(runsOf('onBlob')).toEqual([
      expect.objectContaining({
        content: Buffer.from('content'),
        mailbox: 'someone@x',
        order: 'order/with/slashes',
        blobTrigger: 'box/someone@x/order/with/slashes',
      }),
      expect.objectContaining({ content: Buffer.from('changed') }),
    ]);
  });

  it('writes a message about a blob that failed too often', async () => {
    behaviour.set('onBlob', () => {
      throw new Error('no');
    });
    await put('m/1');
    await start();
    await queue('webjobs-blobtrigger-poison').createIfNotExists();
    await eventually(async () => (await waiting('webjobs-blobtrigger-poison')) === 1);
    const { receivedMessageItems } = await queue(
      'webjobs-blobtrigger-poison',
    ).receiveMessages();
    const text = Buffer.from(receivedMessageItems[0]?.messageText ?? '', 'base64');

    expect(runsOf('onBlob')).toHaveLength(2);
    expect(JSON.parse(text.toString())).toEqual({
      FunctionId: 'Host.Functions.onBlob',
      BlobType: 'BlockBlob',
      ContainerName: 'box',
      BlobName: 'm/1',
      ETag: expect.stringMatching(/^".+"$/),
    });
  });

  it('skips a blob that is deleted before its turn, and takes no more than host.json says', async () => {
    const gate = Promise.withResolvers<void>();
    behaviour.set('onBlob', () => gate.promise);
    for (const name of ['m/1', 'm/2', 'm/3']) await put(name);
    await start();
    await eventually(() => runsOf('onBlob').length === 2);
    await delay(300);
    await blobs().getContainerClient('box').getBlobClient('m/3').delete();
    gate.resolve();
    await delay(300);

    expect(runsOf('onBlob')).toHaveLength(2);
    expect(lab.lines).toEqual([]);
  });
});

describe('a timer', () => {
  it('fires when it is due, with what the real host gives it', async () => {
    await start({ timers: true });
    await eventually(() => runsOf('everySecond').length >= 2);

    expect(runsOf('everySecond')[0]).toMatchObject({
      isPastDue: false,
      schedule: { adjustForDST: true },
      scheduleStatus: { next: expect.stringMatching(/Z$/) },
    });
    expect(runsOf('nightly')).toEqual([]);
  });

  it('fires on request only, when timers are off', async () => {
    const host = await start();
    await host.fireTimer('nightly', { isPastDue: true });

    expect(runsOf('nightly')).toEqual([expect.objectContaining({ isPastDue: true })]);
    await expect(host.fireTimer('onQueue')).rejects.toThrow(/no timer function onQueue/);
  });

  it('fires once for all that it missed while no host was there', async () => {
    await seedLastRun(new Date(Date.now() - 3 * 24 * 3_600_000));
    await start({ timers: true, env: { TICK: '0 0 0 1 1 *' } });
    await eventually(() => runsOf('nightly').length === 1);
    await lab.stopHosts();
    await start({ timers: true, env: { TICK: '0 0 0 1 1 *' } });
    await delay(700);

    expect(runsOf('nightly')).toEqual([expect.objectContaining({ isPastDue: true })]);
  });

  it('fires on one of two hosts', async () => {
    await Promise.all([start({ timers: true }), start({ timers: true })]);
    await delay(2_500);

    expect(runsOf('everySecond').length).toBeLessThanOrEqual(3);
    expect(runsOf('everySecond').length).toBeGreaterThan(0);
  });

  async function seedLastRun(last: Date) {
    const container = blobs().getContainerClient(hostsContainer);
    await container.createIfNotExists();
    const status = JSON.stringify({ schedule: '0 0 3 * * *', last: last.toISOString() });
    const blob = container.getBlockBlobClient('timers/nightly.json');
    await blob.upload(status, status.length);
  }
});

describe('an HTTP function', () => {
  it('answers through the library\u2019s request and response', async () => {
    const { origin } = await start();
    const answer = await fetch(`${origin}/api/hello/w%C3%B6rld?q=a%20b`);

    expect(answer.status).toBe(201);
    expect(answer.headers.get('x-test')).toBe('yes');
    expect(answer.headers.get('set-cookie')).toBe('c=1; HttpOnly; SameSite=lax');
    expect(await answer.json()).toEqual({
      ...{ name: 'w\u00f6rld', query: 'a b', kind: 'httpTrigger' },
    });
  });

  it('is found by its method', async () => {
    const { origin } = await start();
    const put = await fetch(`${origin}/api/echo`, { method: 'PUT', body: 'text' });

    expect(await put.text()).toBe('PUT text');
    expect((await fetch(`${origin}/api/echo`)).status).toBe(405);
    expect((await fetch(`${origin}/api/nothing`)).status).toBe(404);
    expect((await fetch(`${origin}/api/broken`)).status).toBe(500);
  });
});
