import type { Stage } from './sampleStage.ts';
import archiveFiles from './samples/archiveFiles.json' with { type: 'json' };
import historyMeetings from './samples/historyMeetings.json' with { type: 'json' };
import { addFile, addMeeting, join, say } from './world.ts';

const [history] = historyMeetings.history_meetings;
const [archived] = archiveFiles.meetings;

/** The meeting of the vendor's history sample: people come, go and come again, and write. */
export function meetTeam({ world, cast, ago }: Stage): void {
  const { matt, mike, jane, julie, phone } = cast;
  const meeting = addMeeting(world, {
    ...{ uuid: history?.meeting_uuid ?? '', number: history?.meeting_id ?? 0 },
    ...{ topic: 'Sprint planning', host: matt, start: ago(1180), minutes: 45 },
    ...{ isRecorded: true, people: [matt, mike] },
  });
  join(meeting, jane, { from: 3, to: 20 });
  join(meeting, jane, { from: 24 });
  join(meeting, phone, { from: 5, to: 9 });
  // She knocked, and nobody let her in.
  join(meeting, julie, { isWaiting: true, from: 40, to: 44 });
  const plan = say(meeting, matt, 'The plan is in the wiki.', { second: 240 });
  say(meeting, jane, 'Can we keep it small? <b>please</b>', { second: 300 });
  say(meeting, mike, 'Thanks Matt.', { second: 310, type: 7, about: plan.id });
  say(meeting, jane, '👍', { second: 320, type: 4 });
  say(meeting, mike, '1', { second: 330, type: 5 });
  const slip = say(meeting, mike, 'The budget is 12.000 EUR.', { second: 400 });
  say(meeting, mike, 'The budget is 120,000 EUR.', {
    second: 420,
    type: 6,
    about: slip.id,
  });
  const wrong = say(meeting, jane, 'My password is hunter2', { second: 500 });
  say(meeting, jane, '', { second: 505, type: 3, about: wrong.id });
  say(meeting, matt, 'Here is the drawing.', {
    second: 600,
    files: [
      { name: 'drawing – v2.svg', content: '<svg xmlns="http://www.w3.org/2000/svg"/>' },
    ],
  });
  for (const type of ['MP4', 'M4A', 'TRANSCRIPT', 'TIMELINE', 'SUMMARY']) {
    addFile(meeting, type);
  }
}

/** The meeting of the vendor's archive sample, of one who has left since; a file comes later. */
export function recordTraining({ world, cast, ago }: Stage): void {
  const { jill, zoe, tariq, john } = cast;
  const meeting = addMeeting(world, {
    ...{ uuid: archived?.uuid ?? '', number: archived?.id ?? 0 },
    ...{ topic: archived?.topic ?? '', host: jill, start: ago(700), minutes: 60 },
    ...{ isRecorded: true, people: [jill, zoe, tariq, john], chat: 'txt' as const },
  });
  say(meeting, zoe, 'Where do I find the slides?', { second: 900 });
  say(meeting, jill, 'Here: https://example.com/slides\nand on the drive.', {
    second: 960,
  });
  addFile(meeting, 'MP4');
  addFile(meeting, 'MP4', { recordingType: 'gallery_view', host: 'elsewhere' });
  addFile(meeting, 'CC');
  addFile(meeting, 'CSV');
  addFile(meeting, 'TB');
}

/** A series with one number and a uuid for each time, one of which begins with a slash. */
export function meetDaily({ world, cast, ago }: Stage): void {
  const { matt, mike, zoe } = cast;
  const uuids = ['/abcABC123//daily1Q==', 'ab/dailyMeeting2+Q==', 'dailyMeetingNo3AAA=='];
  for (const [index, uuid] of uuids.entries()) {
    const meeting = addMeeting(world, {
      ...{ uuid, number: 85_746_065_432, topic: 'Daily' },
      ...{
        host: matt,
        start: ago(600 - index * 180),
        minutes: 15,
        people: [matt, mike, zoe],
      },
    });
    say(meeting, zoe, `What I did before daily ${index + 1}.`);
  }
}
