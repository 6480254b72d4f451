import { expect, it } from 'vitest';
import { readEmail } from '../../../../shared/email/read.ts';
import { importStage } from './importStage.ts';
import { folder } from './importWorld.ts';

const stage = importStage();

const file = (name: string, bytes: number) => ({
  ...{ name, content: Buffer.alloc(bytes, name) },
});

it('two files of the size of the limit end in turns, without a single 429', async () => {
  const minutes = (count: number, n: number) => ({ count, windowMs: n * 60_000 });
  await stage.open({
    limits: { smallestSessionBytes: 100_000, uploadBytes: 3_000_000 },
  });
  await stage.world.place({ files: [file('one.bin', 3_000_000)] });
  await stage.world.place({
    files: [file('two.bin', 3_000_000)],
    texts: ['Two'],
    page: 1,
  });
  const importer = stage.world.importer('host-1', {
    ...{ maxBytes: 20_000, uploadSizes: { sessionFrom: 100_000, chunk: 80_000 } },
    limits: { requests: minutes(10_000, 10), bytes: minutes(3_000_000, 5) },
  });
  const from = stage.world.clock.now().getTime();

  const results = await stage.world.drain(importer, 50);

  expect(results.at(-1)).toEqual({ kind: 'drained' });
  expect(stage.world.messages()).toHaveLength(2);
  for (const message of stage.world.messages()) {
    expect(message.folder).toBe(`Inbox/${folder}`);
    expect(message.attachments).toMatchObject([{ size: 3_000_000 }]);
  }
  expect(stage.world.graph.faults.struck).toEqual({});
  expect(stage.world.graph.requests.statuses[429]).toBeUndefined();
  const mins = (stage.world.clock.now().getTime() - from) / 60_000;
  expect(mins).toBeLessThan(11);
});

it('a file of 60 MB goes up with a few megabytes of memory', async () => {
  const bytes = 60_000_000;
  await stage.world.place({ files: [file('film.mp4', bytes)] });
  const used = () => {
    const { arrayBuffers, heapUsed } = process.memoryUsage();
    return arrayBuffers + heapUsed;
  };
  let most = 0;
  const graph = stage.world.client({
    fetch(input, init) {
      most = Math.max(most, used());
      return fetch(input, init);
    },
  });
  const before = used();

  await stage.world.drain(stage.world.importer('host-1', { graph }));

  expect(stage.world.messages()).toMatchObject([{ attachments: [{ size: bytes }] }]);
  expect(stage.world.graph.requests.routes.uploadRange).toBe(
    Math.ceil(bytes / 3_932_160),
  );
  expect(most - before).toBeLessThan(100_000_000);
}, 60_000);

it('many mailboxes at once hold no more emails than there is room for', async () => {
  const order = () => ({
    texts: ['One', 'Two'],
    files: [file('scan.bin', 1_100_000)],
  });
  const mailboxes: string[] = [];
  for (let i = 0; i < 8; i++) {
    mailboxes.push(await stage.world.placeElsewhere(order()));
  }
  let [held, most] = [0, 0];
  const graph = stage.world.client({
    async fetch(input, init) {
      const isMessage = init?.method === 'POST' && String(input).endsWith('/messages');
      const answer = await fetch(input, init);
      if (isMessage) held -= 1;
      return answer;
    },
  });
  const importer = stage.world.importer('host-1', {
    graph,
    async readEmail(...given) {
      held += 1;
      most = Math.max(most, held);
      return readEmail(...given);
    },
  });

  const results = await Promise.all(mailboxes.map((one) => importer.drain(one, 0)));

  expect(results).toEqual(mailboxes.map(() => ({ kind: 'drained' })));
  expect(stage.world.outcomes()).toHaveLength(16);
  expect(most).toBeLessThanOrEqual(12);
}, 60_000);

it('a mailbox whose turn is over before there is room reads no email', async () => {
  const order = () => ({ files: [file('scan.bin', 1_700_000)] });
  const mailboxes: string[] = [];
  for (let i = 0; i < 7; i++) {
    mailboxes.push(await stage.world.placeElsewhere(order()));
  }
  const isFull = Promise.withResolvers<void>();
  let reads = 0;
  const importer = stage.world.importer('host-1', {
    async readEmail(...given) {
      if (++reads === 6) isFull.resolve();
      await isFull.promise;
      stage.world.clock.skip(6 * 60_000);
      return readEmail(...given);
    },
  });

  await Promise.all(mailboxes.map((one) => importer.drain(one, 0)));

  expect(reads).toBe(6);
}, 60_000);
