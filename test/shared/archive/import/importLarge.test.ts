import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { Fault } from '../../../../local/graph/faults.ts';
import { stagingFolder } from '../../../../shared/mailbox/folder.ts';
import { containers } from '../../../../shared/names.ts';
import { importStage } from './importStage.ts';
import { folder } from './importWorld.ts';

const sizes = { maxBytes: 20_000, uploadSizes: { sessionFrom: 20_000, chunk: 16_384 } };
const limits = { smallestSessionBytes: 20_000 };

const file = (name: string, bytes: number) => ({
  ...{ name, content: Buffer.alloc(bytes, name) },
});
const session = file('session.bin', 100_000);
const posted = file('posted.bin', 18_000);
const inline = file('inline.txt', 5);

const stage = importStage({ limits });

const large = (host = 'host-1') => stage.world.importer(host, sizes);

function expectOne(files: { name: string; content: Buffer }[]): void {
  expect(stage.world.messages()).toHaveLength(1);
  const [message] = stage.world.messages();
  expect(message).toMatchObject({ folder: `Inbox/${folder}`, isDraft: false });
  const hashes = files.map(({ name, content }) => ({
    ...{ name, size: content.byteLength },
    sha256: createHash('sha256').update(content).digest('hex'),
  }));
  const byName = (a: { name: string }, b: { name: string }) => (a.name < b.name ? -1 : 1);
  const found = (message?.attachments ?? []).toSorted(byName);
  expect(found).toMatchObject(hashes.toSorted(byName));
}

describe('a message with large files', () => {
  const files = [inline, session, posted];

  it('is built out of sight, then moved, and named in the ledger', async () => {
    await stage.world.place({ files });

    expect(await stage.world.drain(large())).toEqual([{ kind: 'drained' }]);

    expectOne(files);
    expect(stage.world.outcomes()).toEqual(['imported']);
    const [result] = stage.world.done.flatMap(({ results }) => results);
    expect(result?.messageId).toBe(stage.world.messages()[0]?.id);
    const staging = stage.world.graph
      .mailbox(stage.world.mailbox)
      .folders.find(({ name }) => name === stagingFolder);
    expect(staging).toMatchObject({ isHidden: true, messages: [], path: stagingFolder });
    const { routes } = stage.world.graph.requests;
    expect(routes).toMatchObject({ createUploadSession: 1, createAttachment: 1 });
    expect(routes.uploadRange).toBe(7);
  });

  it('is imported once, and skipped by the next order', async () => {
    await stage.world.place({ files });
    await stage.world.place({ files, page: 1 });

    await stage.world.drain(large());

    expectOne(files);
    expect(stage.world.outcomes().toSorted()).toEqual(['imported', 'skipped']);
  });

  const faults: Record<string, Fault> = {
    'the making of the message ends in a 504 after it happened': {
      ...{ kind: 'timeoutAfterCommit', routes: ['createMessage'], count: 1 },
    },
    'the message is made late': {
      ...{ kind: 'lateCommit', routes: ['createMessage'], count: 1, delayMs: 20_000 },
    },
    'a file ends in a 504 after it was added': {
      ...{ kind: 'timeoutAfterCommit', routes: ['createAttachment'], count: 1 },
    },
    'the session is opened, and nobody hears of it': {
      ...{ kind: 'resetAfterCommit', routes: ['createUploadSession'], count: 1 },
    },
    'the connection breaks before a range arrives': {
      ...{ kind: 'resetBeforeCommit', routes: ['uploadRange'], after: 2, count: 1 },
    },
    'the connection breaks after a range arrived': {
      ...{ kind: 'resetAfterCommit', routes: ['uploadRange'], after: 2, count: 1 },
    },
    'the last range ends in a 504 after it arrived': {
      ...{ kind: 'timeoutAfterCommit', routes: ['uploadRange'], after: 6, count: 1 },
    },
    'the session runs out': {
      ...{ kind: 'refused', routes: ['uploadRange'], after: 3, count: 1 },
      ...{ status: 404, code: 'ErrorItemNotFound' },
    },
    'a range is refused as not the next one': {
      ...{ kind: 'refused', routes: ['uploadRange'], after: 3, count: 1 },
      ...{ status: 416, code: 'InvalidContentRange' },
    },
    'the files can not be listed at first': {
      ...{ kind: 'timeoutBeforeCommit', routes: ['listAttachments'], count: 6 },
    },
    'the move ends in a 504 after it happened': {
      ...{ kind: 'timeoutAfterCommit', routes: ['moveMessage'], count: 1 },
    },
    'the move breaks off before it happened': {
      ...{ kind: 'resetBeforeCommit', routes: ['moveMessage'], count: 1 },
    },
    'the move comes late': {
      ...{ kind: 'lateCommit', routes: ['moveMessage'], count: 1, delayMs: 5_000 },
    },
    'everything is throttled now and then': { kind: 'throttled', rate: 0.2, count: 10 },
    'everything fails now and then': { kind: 'timeoutAfterCommit', rate: 0.2, count: 10 },
  };
  for (const [what, fault] of Object.entries(faults)) {
    it(`is there once and whole when ${what}`, async () => {
      stage.world.graph.faults.add(fault);
      await stage.world.place({ files });

      const results = await stage.world.drain(large());

      expect(results.at(-1)).toEqual({ kind: 'drained' });
      expect(stage.world.graph.faults.struck[fault.kind]).toBeGreaterThan(0);
      expectLeftovers();
      expect(stage.world.outcomes()).toEqual(['imported']);
    });
  }

  /** What comes late goes with the next turn of the mailbox. */
  function expectLeftovers(): void {
    const moved = stage.world.messages().filter((one) => one.folder !== stagingFolder);
    expect(moved).toHaveLength(1);
    expect(moved[0]?.attachments.map(({ name }) => name).toSorted()).toEqual(
      files.map(({ name }) => name).toSorted(),
    );
  }

  /** Its turn is over before the third range is sent, and the next one is later. */
  function slowImporter(turnTakesMs: number) {
    let ranges = 0;
    return stage.world.importer('host-1', {
      ...sizes,
      graph: stage.world.client({
        async fetch(input, init) {
          if (init?.method === 'PUT' && ++ranges === 3)
            stage.world.clock.skip(turnTakesMs);
          return fetch(input, init);
        },
      }),
    });
  }

  it('gets a file with one request that is too small for a session', async () => {
    stage.world.graph.faults.add({
      ...{ kind: 'refused', routes: ['createUploadSession'], status: 400, count: 1 },
      code: 'ErrorAttachmentSizeShouldNotBeLessThanMinimumSize',
    });
    const uploadSizes = { sessionFrom: 17_000, chunk: 16_384 };
    await stage.world.place({ files: [posted] });

    await stage.world.drain(stage.world.importer('host-1', { ...sizes, uploadSizes }));

    expectOne([posted]);
    expect(stage.world.graph.requests.statuses['400']).toBe(1);
    expect(stage.world.graph.requests.routes.createAttachment).toBe(1);
  });

  it('opens another session where the one of the last turn has run out', async () => {
    await stage.world.place({ files: [session] });

    const results = await stage.world.drain(slowImporter(10 * 24 * 3_600_000));

    expect(results.at(-1)).toEqual({ kind: 'drained' });
    expectOne([session]);
    expect(stage.world.graph.requests.routes.createUploadSession).toBe(2);
  });

  it('goes on in the next turn where the last one left off', async () => {
    await stage.world.place({ files: [session] });

    const results = await stage.world.drain(slowImporter(301_000));

    expect(results.map(({ kind }) => kind)).toEqual(['later', 'drained']);
    expectOne([session]);
    expect(stage.world.graph.requests.routes.uploadRange).toBe(7);
    expect(stage.world.graph.requests.routes.createUploadSession).toBe(1);
  });

  it('is begun anew where somebody deletes the staging folder', async () => {
    await stage.world.place({ files: [session] });
    let ranges = 0;
    const importer = stage.world.importer('host-1', {
      ...sizes,
      graph: stage.world.client({
        async fetch(input, init) {
          if (init?.method === 'PUT' && ++ranges === 3) {
            stage.world.graph.owner(stage.world.mailbox).deleteFolder(stagingFolder);
          }
          return fetch(input, init);
        },
      }),
    });

    expect((await stage.world.drain(importer)).at(-1)).toEqual({ kind: 'drained' });

    expectOne([session]);
  });

  it('sends nothing to an address that is not of Microsoft 365', async () => {
    await stage.world.place({ files: [session] });
    const called: string[] = [];
    const importer = stage.world.importer('host-1', {
      ...sizes,
      graph: stage.world.client({
        async fetch(input, init) {
          called.push(String(input));
          const answer = await fetch(input, init);
          if (!String(input).endsWith('createUploadSession')) return answer;
          const text = await answer.text();
          const { host } = new URL(stage.world.graph.baseUrl);
          return new Response(text.replaceAll(host, 'uploads.example.com'), answer);
        },
      }),
    });

    await stage.world.drain(importer);

    expect(stage.world.outcomes()).toEqual(['failed']);
    expect(stage.world.reasons()[0]).toContain('not one of Microsoft 365');
    expect(called.some((url) => url.includes('example.com'))).toBe(false);
    expect(stage.world.messages()).toEqual([]);
  });
});

describe('the staging folder', () => {
  it('is swept of what a crashed build left there', async () => {
    await stage.world.place({ files: [session] });
    stage.world.graph.faults.add({
      ...{ kind: 'timeoutAfterCommit', routes: ['createMessage'], count: 2 },
    });

    await stage.world.drain(large());

    expectOne([session]);
    const state = stage.storage.container(containers.state);
    const left: string[] = [];
    const prefix = `uploads/${stage.world.mailbox}/`;
    for await (const { name } of state.listBlobsFlat({ prefix })) left.push(name);
    expect(left).toEqual([]);
  });

  it('is swept of nothing that is only listed there still', async () => {
    stage.world.graph.faults.add({
      ...{ kind: 'indexLag', routes: ['moveMessage'], delayMs: 3_600_000 },
    });
    await stage.world.place({ files: [session], texts: ['One', 'Two'] });
    await stage.world.drain(large());
    expect(stage.world.messages()).toHaveLength(2);

    // Another turn, of a process that knows nothing of what the first one moved.
    await stage.world.place({ files: [session], texts: ['Three'], page: 1 });
    await stage.world.drain(large('host-2'));

    expect(stage.world.messages()).toHaveLength(3);
    expect(stage.world.graph.requests.routes.deleteMessage ?? 0).toBe(0);
  });

  it('is no place where a look-up finds a copy', async () => {
    await stage.world.place({ files: [session], texts: ['One'] });
    stage.world.graph.faults.add({
      ...{ kind: 'accessDenied', routes: ['createUploadSession'], count: 1 },
    });
    const stopped = await large().drain(stage.world.mailbox, 0);
    expect(stopped.kind).toBe('later');
    expect(stage.world.messages()).toMatchObject([{ folder: stagingFolder }]);
    expect(stage.world.outcomes()).toEqual([]);

    await stage.world.drain(large());

    expectOne([session]);
  });
});

describe("a mailbox's limit", () => {
  const MB = 1024 * 1024;
  const files = [1, 2, 3, 4].map((n) => file(`${n}.bin`, 1_200_000));
  const more = { uploadSizes: { sessionFrom: 1_000_000, chunk: 1_000_000 } };

  async function limited(maxMessageBytes: number): Promise<void> {
    await stage.open({
      limits: { smallestSessionBytes: 1_000_000 },
      maxMessageBytes,
    });
  }

  it('is learnt from what it refuses, and the email comes in parts', async () => {
    await limited(3 * MB);
    await stage.world.place({ files });

    await stage.world.drain(stage.world.importer('host-1', more));

    const parts = stage.world
      .messages()
      .toSorted((a, b) => (a.subject < b.subject ? -1 : 1));
    expect(parts.map(({ subject }) => subject)).toEqual([
      'Project X (part 1 of 2)',
      'Project X (part 2 of 2)',
    ]);
    const names = parts.map(({ attachments }) => attachments.map(({ name }) => name));
    expect(names).toEqual([
      ['1.bin', '2.bin'],
      ['3.bin', '4.bin'],
    ]);
    for (const part of parts) expect(part.folder).toBe(`Inbox/${folder}`);
    expect(stage.world.outcomes()).toEqual(['imported']);

    // The next email is not refused any more.
    const before = stage.world.graph.requests.routes.createMessage ?? 0;
    await stage.world.place({ files, texts: ['Two'], page: 1 });
    await stage.world.drain(stage.world.importer('host-2', more));
    expect((stage.world.graph.requests.routes.createMessage ?? 0) - before).toBe(2);
    expect(stage.world.messages()).toHaveLength(4);
  });

  it('leaves a file out that is over it, with its line', async () => {
    await limited(3 * MB);
    const huge = file('huge.bin', 3_500_000);
    await stage.world.place({ files: [inline, huge] });

    await stage.world.drain(stage.world.importer('host-1', more));

    const [message] = stage.world.messages();
    expect(stage.world.messages()).toHaveLength(1);
    expect(message?.attachments.map(({ name }) => name)).toEqual(['inline.txt']);
    expect(message?.body.content).toContain('File not included: huge.bin');
    expect(stage.world.outcomes()).toEqual(['partial']);
    expect(stage.world.reasons()[0]).toContain('1 file(s) are left out');
  });

  it('is learnt whatever the status of the refusal', async () => {
    await limited(150 * MB);
    stage.world.graph.faults.add({
      ...{ kind: 'refused', routes: ['createMessage'], count: 1 },
      ...{ status: 413, code: 'ErrorMessageSizeExceeded' },
    });
    await stage.world.place({ files: [inline, file('large.bin', 2_300_000)] });

    await stage.world.drain(stage.world.importer('host-1', more));

    expect(stage.world.outcomes()).toEqual(['partial']);
    const [message] = stage.world.messages();
    expect(message?.attachments.map(({ name }) => name)).toEqual(['inline.txt']);
  });

  it('can be set lower by MAX_MESSAGE_MB', async () => {
    await limited(150 * MB);
    await stage.world.place({ files });

    await stage.world.drain(
      stage.world.importer('host-1', { ...more, maxMessageBytes: 3 * MB }),
    );

    expect(stage.world.messages()).toHaveLength(2);
    expect(stage.world.outcomes()).toEqual(['imported']);
  });
});
