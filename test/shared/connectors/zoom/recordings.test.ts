import { describe, expect, it } from 'vitest';
import type { FaultRule } from '../../../../local/zoom/faults.ts';
import {
  addFile,
  addMeeting,
  addUser,
  join,
  type SimMeeting,
  say,
} from '../../../../local/zoom/world.ts';
import {
  addressesOf,
  createStage,
  lastDay,
  minutesAgo,
  now,
  openBench,
} from './harness.ts';

const inHours = (hours: number) => new Date(+now + hours * 3_600_000);

function createMeeting(options: Partial<SimMeeting> = {}) {
  const stage = createStage();
  const { world, ann, ben } = stage;
  const meeting = addMeeting(world, {
    ...{ host: ann, start: minutesAgo(180), people: [ann, ben], isRecorded: true },
    ...options,
  });
  return { ...stage, meeting };
}

const open = (options: Omit<Parameters<typeof openBench>[0], 'lane'>) =>
  openBench({ ...options, lane: 'recordings' });

describe('a recorded meeting', () => {
  it('is one email with every file, the chat as a transcript, and who joined again', async () => {
    const { world, meeting, ann, ben, cat } = createMeeting();
    join(meeting, cat, { from: 1, to: 4 });
    join(meeting, cat, { from: 9, to: 12 });
    join(meeting, { name: 'Guest', typed: 'cat@example.com' });
    say(meeting, ben, 'Hello.', { second: 65 });
    say(meeting, ben, 'Only for Ann.', { audience: { to: 'person', person: ann } });
    const types = [
      'MP4',
      'MP4',
      'M4A',
      'TRANSCRIPT',
      'TIMELINE',
      'CC',
      'CSV',
      'TB',
      'SUMMARY',
      'NEW',
    ];
    for (const type of types) addFile(meeting, type);
    await using bench = await open({ world });
    const { items, failed } = await bench.run();
    expect(failed).toBeUndefined();
    expect(items).toHaveLength(1);
    expect(items[0]?.files).toHaveLength(types.length);
    expect(items[0]?.text).toContain('[09:01:05] Ben: Hello.');
    expect(items[0]?.text).not.toContain('Only for Ann.');
    expect(items[0]?.text).toContain(
      '- Cat <cat@example.com>: 09:01:00–09:04:00 UTC, 09:09:00–09:12:00 UTC',
    );
    expect(items[0]?.participants.flatMap(({ address }) => address ?? []).sort()).toEqual(
      [...['ann@example.com', 'ben@example.com', 'cat@example.com']],
    );
    expect(items[0]?.partial).toBeUndefined();
    expect(bench.simulated.violations).toEqual([]);
  });

  it('waits until its recording is there', async () => {
    const { world, meeting } = createMeeting();
    addFile(meeting, 'MP4', { readyAt: inHours(1) });
    await using bench = await open({ world });
    expect((await bench.run()).items).toEqual([]);
    expect(bench.pipeline.gaps.size).toBe(1);
    bench.clock.advance(2 * 3_600_000);
    const { items } = await bench.run({
      window: { from: now, to: bench.clock.now() },
      readFrom: lastDay.from,
    });
    expect(items).toMatchObject([{ event: 'created', files: [{}], missing: [] }]);
    expect(bench.pipeline.gaps.size).toBe(0);
  });

  it('of which the recording is gone says so, after a day', async () => {
    const { world } = createMeeting();
    await using bench = await open({ world });
    expect((await bench.run()).items).toEqual([]);
    bench.clock.advance(30 * 3_600_000);
    const { items } = await bench.run({ window: { from: now, to: bench.clock.now() } });
    expect(items).toMatchObject([
      { partial: expect.stringMatching(/gives no recording/) },
    ]);
  });

  it('that only its recording tells of is archived, too, whoever held it', async () => {
    const { world } = createStage();
    const dan = addUser(world, {
      name: 'Dan',
      address: 'dan@example.com',
      status: 'inactive',
    });
    const start = minutesAgo(180);
    const meeting = addMeeting(world, {
      host: dan,
      start,
      isRecorded: true,
      people: [dan],
    });
    meeting.listedFrom = inHours(48);
    addFile(meeting, 'MP4');
    await using bench = await open({ world });
    const { items } = await bench.run();
    expect(items.map(addressesOf)).toEqual([['dan@example.com']]);
    bench.clock.advance(49 * 3_600_000);
    const week = { window: { from: now, to: bench.clock.now() }, readFrom: lastDay.from };
    expect((await bench.run(week)).items).toEqual([]);
  });

  it("gives participants' own sound to them, as far as their names tell", async () => {
    const { world, meeting, ben } = createMeeting();
    addFile(meeting, 'MP4');
    addFile(meeting, 'M4A', { owner: ben });
    addFile(meeting, 'M4A', { owner: { name: 'Nobody' } });
    await using bench = await open({ world });
    const own = (await bench.run()).items.filter(({ itemId }) => itemId !== meeting.uuid);
    expect(own.map(addressesOf).sort()).toEqual([[], ['ben@example.com']]);
  });
});

describe('a meeting that was not recorded', () => {
  it('is archived at once, and the log says that its chat is lost', async () => {
    const { world, meeting, ann } = createMeeting({ isRecorded: false });
    say(meeting, ann, 'Hello.');
    await using bench = await open({ world });
    const { items } = await bench.run();
    expect(items).toMatchObject([
      { partial: expect.stringMatching(/not recorded.*switch on/s) },
    ]);
    expect(items[0]?.text).not.toContain('Hello');
  });

  it('and in which nobody wrote misses nothing', async () => {
    const { world } = createMeeting({ isRecorded: false });
    await using bench = await open({ world });
    const [item] = (await bench.run()).items;
    expect(item?.partial).toBeUndefined();
    expect(item?.notes).toEqual(['There is no cloud recording of this meeting.']);
  });

  it('of which no chat was given says what may be the reason', async () => {
    const { world, meeting } = createMeeting({ features: { in_meeting_chat: true } });
    addFile(meeting, 'MP4');
    await using bench = await open({ world });
    expect((await bench.run()).items).toMatchObject([
      { partial: expect.stringMatching(/may not be saved, or all.*private.*switch on/s) },
    ]);
    const other = createMeeting({ start: minutesAgo(48 * 60) });
    other.meeting.features = { in_meeting_chat: true };
    addFile(other.meeting, 'MP4', { readyAt: inHours(2) });
    await using waiting = await open({ world: other.world });
    const week = { window: { from: minutesAgo(7 * 24 * 60), to: now } };
    expect((await waiting.run(week)).items).toMatchObject([
      { partial: expect.stringMatching(/may be among the files that follow/) },
    ]);
  });
});

describe('recordings that Zoom refuses', () => {
  const noPlan = (routes: FaultRule['routes']): FaultRule => ({
    ...{ fault: { kind: 'noPlan', status: 400 }, times: 99 },
    ...(routes && { routes }),
  });

  it.each<FaultRule['fault']>([
    { kind: 'noPlan', status: 400 },
    { kind: 'noPlan', status: 200 },
    { kind: 'refused', status: 403 },
    { kind: 'broken', status: 500 },
  ])('to one user stop no other: %j', async (fault) => {
    const { world, meeting, ann } = createMeeting();
    addFile(meeting, 'MP4');
    const late = addMeeting(world, {
      ...{ host: ann, start: minutesAgo(300), people: [ann], isRecorded: true },
      listedFrom: inHours(48),
    });
    addFile(late, 'MP4');
    const dan = addUser(world, { name: 'Dan', address: 'dan@example.com' });
    const routes: FaultRule['routes'] = ['userRecordings'];
    const rules = [{ fault, routes, about: dan.id, times: 99 }];
    await using bench = await open({ world, faults: { rules } });
    const { items, rejects, failed } = await bench.run();
    expect(failed).toBeUndefined();
    expect(items.map(({ itemId }) => itemId).sort()).toEqual(
      [meeting.uuid, late.uuid].sort(),
    );
    expect(items.every(({ partial }) => partial === undefined)).toBe(true);
    if (fault.kind === 'broken') {
      expect(bench.log.lines.join()).toContain('left for the next run');
      return;
    }
    expect(rejects).toMatchObject([
      { itemId: dan.id, reason: expect.stringMatching(/refused.*whether/) },
    ]);
    bench.clock.advance(600_000);
    expect((await bench.run()).rejects).toEqual([]);
  });

  it.each<[string, FaultRule['routes']]>([
    ['the lists of all users', ['userRecordings']],
    ['every list and every meeting', ['userRecordings', 'recordings']],
  ])('leave the meetings with their people: %s', async (_, routes) => {
    const { world } = createMeeting({ isRecorded: routes?.length === 2 });
    await using bench = await open({ world, faults: { rules: [noPlan(routes)] } });
    const { items, rejects, failed } = await bench.run();
    expect(failed).toBeUndefined();
    expect(rejects).toEqual([]);
    expect(items.map(addressesOf)).toEqual([['ann@example.com', 'ben@example.com']]);
    expect(items[0]?.notes?.join()).toMatch(/refused.*switched off.*plan.*Switch on/s);
    expect(bench.pipeline.gaps.size).toBe(0);
  });

  it('follow as supplements once they may be read', async () => {
    const { world, meeting } = createMeeting();
    addFile(meeting, 'MP4');
    const rules = [noPlan(['userRecordings', 'recordings'])];
    await using bench = await open({ world, faults: { rules } });
    expect((await bench.run()).items).toMatchObject([
      { files: [], partial: expect.stringMatching(/Switch on/) },
    ]);
    rules.length = 0;
    bench.clock.advance(3_600_000);
    expect((await bench.run()).items).toMatchObject([
      { event: 'supplemented', files: [{}] },
    ]);
    expect((await bench.run()).items).toEqual([]);
  });
});

describe('a webinar', () => {
  it('is asked for as one', async () => {
    const { world } = createMeeting({ type: 5, isRecorded: false });
    await using bench = await open({ world });
    const [item] = (await bench.run()).items;
    expect(item?.text).toMatch(/^Webinar: /);
    expect(item && addressesOf(item)).toEqual(['ann@example.com', 'ben@example.com']);
  });
});
