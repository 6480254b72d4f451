import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { chatJson, chatText } from '../../../../local/zoom/chatForms.ts';
import type { FaultRule } from '../../../../local/zoom/faults.ts';
import {
  addFile,
  addMeeting,
  type Flaw,
  type SimMeeting,
  say,
} from '../../../../local/zoom/world.ts';
import type { FileStore } from '../../../../shared/connectors/connector.ts';
import { createFakeFiles } from '../fakes.ts';
import {
  addressesOf,
  createStage,
  itemSaying,
  minutesAgo,
  now,
  openBench,
} from './harness.ts';

const day = 86_400_000;
const inHours = (hours: number) => new Date(+now + hours * 3_600_000);
const never = new Date('2099-01-01T00:00:00Z');
const week = { from: new Date(+now - 7 * day), to: now };

function createMeeting(options: Partial<SimMeeting> = {}) {
  const stage = createStage();
  const { world, ann, ben } = stage;
  const meeting = addMeeting(world, {
    ...{ host: ann, start: minutesAgo(180), people: [ann, ben] },
    ...options,
  });
  return { ...stage, meeting };
}

const nextWindow = (bench: Awaited<ReturnType<typeof openBench>>) => ({
  window: { from: now, to: bench.clock.now() },
  readFrom: new Date(+bench.clock.now() - 7 * day),
});

describe('a file that Zoom is still processing', () => {
  it('keeps a meeting waiting, which is archived when it is complete', async () => {
    const archivedAt = inHours(2);
    const { world, meeting, ben, ann } = createMeeting({ archivedAt });
    say(meeting, ann, 'For Ben.', { audience: { to: 'person', person: ben } });
    addFile(meeting, 'MP4', { readyAt: archivedAt });
    const quirks = { listsProcessing: true };
    await using bench = await openBench({ world, quirks });
    const first = await bench.run();
    expect(first.items).toEqual([]);
    expect(bench.pipeline.gaps.size).toBe(1);
    bench.clock.advance(3 * 3_600_000);
    const { items } = await bench.run(nextWindow(bench));
    expect(items.map(({ event }) => event)).toEqual(['created', 'created']);
    expect(items.find(({ itemId }) => itemId === meeting.uuid)?.files).toHaveLength(1);
    expect(bench.pipeline.gaps.size).toBe(0);
    expect((await bench.run(nextWindow(bench))).items).toEqual([]);
    expect(bench.simulated.violations).toEqual([]);
  });

  it('is a line after a day, and follows as a supplement', async () => {
    const { world, meeting } = createMeeting({ start: minutesAgo(30 * 60) });
    addFile(meeting, 'MP4', { readyAt: inHours(2) });
    addFile(meeting, 'M4A');
    await using bench = await openBench({ world });
    const { items } = await bench.run({ window: week });
    expect(items).toMatchObject([
      {
        files: [{ name: 'audio only.m4a' }],
        missing: [{ reason: expect.stringMatching(/processing/) }],
      },
    ]);
    bench.clock.advance(3 * 3_600_000);
    const second = await bench.run(nextWindow(bench));
    expect(second.items).toMatchObject([
      {
        ...{ event: 'supplemented', changesKey: items[0]?.key },
        files: [{ name: 'shared screen with speaker view.mp4' }],
      },
    ]);
    expect(second.items.map(addressesOf)).toEqual([
      ['ann@example.com', 'ben@example.com'],
    ]);
    expect(bench.pipeline.gaps.size).toBe(0);
    expect((await bench.run(nextWindow(bench))).items).toEqual([]);
  });

  it('is waited for also where another one is listed in an odd form', async () => {
    const archivedAt = inHours(2);
    const oddities = { physical_files: [17] };
    const { world, meeting } = createMeeting({ archivedAt, oddities });
    addFile(meeting, 'MP4', { readyAt: archivedAt });
    await using bench = await openBench({ world, quirks: { listsProcessing: true } });
    await bench.run();
    bench.clock.advance(3_600_000);
    expect((await bench.run(nextWindow(bench))).items).toEqual([]);
    bench.clock.advance(2 * 3_600_000);
    const { items } = await bench.run(nextWindow(bench));
    expect(items).toMatchObject([
      { partial: expect.stringMatching(/^Zoom listed 1 of its files/), missing: [] },
    ]);
    expect(items[0]?.files).toHaveLength(1);
  });

  it('and never ends is given up after a week', async () => {
    const { world, meeting } = createMeeting({ archivedAt: never });
    addFile(meeting, 'MP4', { readyAt: never });
    await using bench = await openBench({ world, quirks: { listsProcessing: true } });
    await bench.run();
    bench.clock.advance(8 * day);
    const { items } = await bench.run(nextWindow(bench));
    expect(items).toMatchObject([
      { event: 'created', missing: [{ reason: expect.stringMatching(/never/) }] },
    ]);
    expect(bench.pipeline.gaps.size).toBe(0);
    expect((await bench.run(nextWindow(bench))).items).toEqual([]);
  });

  it("of one participant's own waits for itself alone", async () => {
    const { world, meeting, ben } = createMeeting({ start: minutesAgo(30 * 60) });
    addFile(meeting, 'M4A', { owner: ben, readyAt: inHours(2) });
    await using bench = await openBench({ world });
    expect((await bench.run({ window: week })).items).toHaveLength(1);
    bench.clock.advance(3 * 3_600_000);
    const { items } = await bench.run(nextWindow(bench));
    expect(items).toMatchObject([{ event: 'created', files: [{}] }]);
    expect(items.map(addressesOf)).toEqual([['ben@example.com']]);
    expect((await bench.run(nextWindow(bench))).items).toEqual([]);
    expect(bench.pipeline.gaps.size).toBe(0);
  });

  it('failed in the end keeps its place by a line', async () => {
    const { world, meeting } = createMeeting();
    addFile(meeting, 'MP4', { hasFailed: true });
    await using bench = await openBench({ world });
    expect((await bench.run()).items).toMatchObject([
      { missing: [{ reason: expect.stringMatching(/failed/) }] },
    ]);
    expect(bench.pipeline.gaps.size).toBe(0);
  });
});

describe('what Zoom lists later', () => {
  it('is a supplement for each file, to those who got the meeting', async () => {
    const { world, meeting, cat } = createMeeting({ isRecorded: true });
    addFile(meeting, 'MP4');
    addFile(meeting, 'TRANSCRIPT', { listedFrom: inHours(1) });
    addFile(meeting, 'SUMMARY', { listedFrom: inHours(1) });
    for (const lane of ['archive', 'recordings'] as const) {
      await using bench = await openBench({ world, lane });
      const first = await bench.run();
      expect(first.items).toHaveLength(1);
      bench.clock.advance(2 * 3_600_000);
      // Whoever Zoom lists meanwhile was not there when it was first seen.
      meeting.stays.push({
        person: cat,
        from: now,
        to: now,
        isWaiting: false,
        nodeId: '1',
      });
      const { items } = await bench.run(nextWindow(bench));
      meeting.stays.pop();
      expect(items.map(({ event }) => event)).toEqual(['supplemented', 'supplemented']);
      for (const item of items) {
        expect(item.changesKey).toBe(first.items[0]?.key);
        expect(addressesOf(item)).toEqual(['ann@example.com', 'ben@example.com']);
      }
      expect((await bench.run(nextWindow(bench))).items).toEqual([]);
    }
  });

  it('may be the chat: what was said to all is a supplement, the rest goes to those who had it', async () => {
    const { world, meeting, ann, ben } = createMeeting();
    await using bench = await openBench({ world });
    expect((await bench.run()).items).toHaveLength(1);
    say(meeting, ann, 'For all.');
    say(meeting, ann, 'For Ben.', { audience: { to: 'person', person: ben } });
    bench.clock.advance(3_600_000);
    const { items } = await bench.run(nextWindow(bench));
    expect(items).toHaveLength(2);
    const chat = items.find(({ event }) => event === 'supplemented');
    expect(chat?.text).toContain('Ann: For all.');
    expect(chat?.text).not.toContain('For Ben.');
    expect(addressesOf(itemSaying(items, 'For Ben.'))).toEqual([
      'ann@example.com',
      'ben@example.com',
    ]);
    expect((await bench.run(nextWindow(bench))).items).toEqual([]);
  });
});

describe('a download', () => {
  const flaws: Flaw[] = ['truncated', 'wrongLength', 'html', 'errorJson', 'wrongBytes'];

  it.each(flaws)('that is %s once is fetched again at once', async (kind) => {
    const { world, meeting } = createMeeting();
    addFile(meeting, 'MP4', { flaw: { kind, times: 1 } });
    await using bench = await openBench({ world });
    const { items } = await bench.run();
    expect(items).toMatchObject([{ files: [{}], missing: [] }]);
    expect(bench.files.contents.size).toBe(1);
  });

  it.each(flaws)('that stays %s is a gap, and comes later', async (kind) => {
    const { world, meeting } = createMeeting({ isRecorded: true });
    const file = addFile(meeting, 'MP4', { flaw: { kind, times: 99 } });
    // The recordings have no fingerprint: what is as long as it should be passes for it.
    const lane = kind === 'wrongBytes' ? 'archive' : 'recordings';
    await using bench = await openBench({ world, lane });
    expect((await bench.run()).items).toMatchObject([{ files: [], missing: [{}] }]);
    expect(bench.files.contents.size).toBe(0);
    expect(bench.pipeline.gaps.size).toBe(1);
    delete file.flaw;
    bench.clock.advance(day);
    expect((await bench.run(nextWindow(bench))).items).toMatchObject([
      { event: 'supplemented', files: [{}] },
    ]);
    expect(bench.pipeline.gaps.size).toBe(0);
  });

  it.each([401, 403] as const)(
    'that is refused with %d is given up after a week',
    async (refusal) => {
      const { world, meeting } = createMeeting();
      addFile(meeting, 'MP4', { refusal });
      addFile(meeting, 'M4A');
      await using bench = await openBench({ world });
      expect((await bench.run()).items).toMatchObject([{ files: [{}], missing: [{}] }]);
      bench.clock.advance(8 * day);
      const { items, pages } = await bench.run(nextWindow(bench));
      expect(items).toEqual([]);
      expect(pages[0]?.givenUpGaps).toHaveLength(1);
    },
  );

  it('of a large recording is held in memory by its pieces alone', async () => {
    const { world, meeting } = createMeeting();
    const bytes = 150 * 1024 * 1024;
    addFile(meeting, 'MP4', { content: { bytes } });
    const before = buffersInUse();
    let most = 0;
    let looked = 0;
    const files: FileStore = {
      ...createFakeFiles(),
      async put(content) {
        let stored = 0;
        for await (const chunk of content) {
          stored += chunk.length;
          if (stored - looked < bytes / 10) continue;
          looked = stored;
          most = Math.max(most, buffersInUse() - before);
        }
        return { path: 'attachments/1', bytes: stored, sha256: '' };
      },
    };
    await using bench = await openBench({ world, files });
    expect((await bench.run()).items).toMatchObject([{ files: [{ bytes }] }]);
    expect(most).toBeLessThan(bytes / 2);
  });

  it('of what is gone keeps its place by a line', async () => {
    const { world, meeting } = createMeeting();
    addFile(meeting, 'MP4', { refusal: 404 });
    await using bench = await openBench({ world });
    expect((await bench.run()).items).toMatchObject([
      { missing: [{ reason: expect.stringMatching(/no longer/) }] },
    ]);
    expect(bench.pipeline.gaps.size).toBe(0);
  });

  it('of a private file that fails comes later to those who had its message', async () => {
    const { world, meeting, ann, ben } = createMeeting();
    const audience = { to: 'person' as const, person: ben };
    say(meeting, ann, 'For Ben.', {
      audience,
      files: [{ name: 'a.txt', content: 'secret' }],
    });
    say(meeting, ann, 'For all.', { files: [{ name: 'b.txt', content: 'open' }] });
    for (const file of meeting.shared) file.flaw = { kind: 'truncated', times: 99 };
    await using bench = await openBench({ world });
    const first = await bench.run();
    expect(first.items.map(({ missing }) => missing.length)).toEqual([1, 1]);
    for (const file of meeting.shared) delete file.flaw;
    bench.clock.advance(day);
    const { items } = await bench.run(nextWindow(bench));
    const original = (name: string) =>
      items.find(({ files }) => files[0]?.name === name)?.changesKey;
    expect(items).toHaveLength(2);
    expect(original('a.txt')).toBe(itemSaying(first.items, 'For Ben.').key);
    expect(original('b.txt')).toBe(
      first.items.find(({ itemId }) => itemId === meeting.uuid)?.key,
    );
    expect((await bench.run(nextWindow(bench))).items).toEqual([]);
  });

  it('from another host takes no token along, and is a line if nobody listed that host', async () => {
    const { world, meeting } = createMeeting();
    addFile(meeting, 'MP4', { host: 'elsewhere' });
    await using listed = await openBench({ world });
    expect((await listed.run()).items).toMatchObject([{ files: [{}] }]);
    expect(listed.simulated.violations).toEqual([]);
    await using unlisted = await openBench({ world, settings: { DOWNLOAD_HOSTS: '' } });
    expect((await unlisted.run()).items).toMatchObject([
      { missing: [{ reason: expect.stringMatching(/DOWNLOAD_HOSTS/) }] },
    ]);
  });
});

describe('a meeting whose people or chat Zoom does not give now', () => {
  const stuck = (routes: FaultRule['routes']): FaultRule[] => [
    { fault: { kind: 'broken', status: 503 }, ...(routes && { routes }), times: 5 },
  ];

  it.each(['participants', 'download'] as const)(
    'waits for its %s, and stops no other',
    async (route) => {
      const { world, meeting, ann } = createMeeting();
      say(meeting, ann, 'Hello.');
      addMeeting(world, { host: ann, start: minutesAgo(100), people: [ann] });
      const about = route === 'participants' ? { about: meeting.uuid } : {};
      const rules = stuck([route]).map((rule) => ({ ...rule, ...about }));
      await using bench = await openBench({ world, faults: { rules } });
      expect((await bench.run()).items).toHaveLength(1);
      expect(bench.pipeline.gaps.size).toBe(1);
      bench.clock.advance(day);
      expect((await bench.run(nextWindow(bench))).items).toHaveLength(1);
      expect(bench.pipeline.gaps.size).toBe(0);
    },
  );

  it.each(['archive', 'recordings'] as const)(
    'has a line for its chat after a day, which is a supplement: %s',
    async (lane) => {
      const start = minutesAgo(48 * 60);
      const { world, meeting, ann, ben } = createMeeting({ start, isRecorded: true });
      say(meeting, ann, 'For all.');
      say(meeting, ann, 'For Ben.', { audience: { to: 'person', person: ben } });
      const faults = {
        rules: stuck(['download']).map((rule) => ({ ...rule, times: 99 })),
      };
      await using bench = await openBench({ world, lane, faults });
      const first = await bench.run({ window: week });
      expect(first.items).toMatchObject([
        { event: 'created', missing: [{ reason: expect.stringMatching(/supplement/) }] },
      ]);
      expect(first.items[0]?.text).not.toContain('For all.');
      expect(bench.pipeline.gaps.size).toBe(1);
      expect((await bench.run({ window: week })).items).toEqual([]);
      faults.rules.length = 0;
      const { items } = await bench.run({ window: week });
      expect(items).toHaveLength(lane === 'archive' ? 2 : 1);
      const chat = items.find(({ event }) => event === 'supplemented');
      expect(chat).toMatchObject({ changesKey: first.items[0]?.key, missing: [] });
      expect(chat?.text).toContain('For all.');
      expect(chat?.text).not.toContain('For Ben.');
      expect(bench.pipeline.gaps.size).toBe(0);
      expect((await bench.run({ window: week })).items).toEqual([]);
    },
  );

  it('never has twice what stands in two chats, or in both forms of one', async () => {
    for (const extension of ['TXT', 'JSON']) {
      const start = minutesAgo(48 * 60);
      const { world, meeting, ann, ben } = createMeeting({ start });
      say(meeting, ann, 'For all.');
      say(meeting, ann, 'For Ben.', { audience: { to: 'person', person: ben } });
      const content = extension === 'TXT' ? chatText(meeting) : chatJson(meeting);
      addFile(meeting, 'CHAT', { extension, content, id: 'other' });
      for (const about of ['other', 'both', undefined]) {
        const rules: FaultRule[] = stuck(['download']).map((rule) => ({
          ...{ ...rule, times: about ? 99 : 5 },
          ...(about === 'other' && { about }),
        }));
        await using bench = await openBench({ world, faults: { rules } });
        const first = await bench.run({ window: week });
        rules.length = 0;
        const second = await bench.run({ window: week });
        const said = [...first.items, ...second.items].map(({ text }) => text).join();
        expect(said.split('For all.')).toHaveLength(2);
        expect(said.split('For Ben.')).toHaveLength(2);
        expect(bench.pipeline.gaps.size).toBe(0);
        expect((await bench.run({ window: week })).items).toEqual([]);
      }
    }
  });

  it('is archived without them in the end', async () => {
    const { world, meeting, ann } = createMeeting();
    say(meeting, ann, 'Hello.');
    const faults = { rules: [...stuck(['participants'])] };
    await using bench = await openBench({ world, faults });
    await bench.run();
    bench.clock.advance(8 * day);
    faults.rules.push({
      fault: { kind: 'broken', status: 503 },
      routes: ['participants', 'meetingArchive'],
      times: 99,
    });
    const { items } = await bench.run({
      window: { from: bench.clock.now(), to: bench.clock.now() },
    });
    expect(items).toMatchObject([{ event: 'created', audienceUnknown: true }]);
    expect(items[0]?.partial).toBeTruthy();
    expect(bench.pipeline.gaps.size).toBe(0);
  });
});

/** Without what only waits for the collector. */
function buffersInUse(): number {
  setFlagsFromString('--expose-gc');
  runInNewContext('gc')();
  return process.memoryUsage().arrayBuffers;
}
