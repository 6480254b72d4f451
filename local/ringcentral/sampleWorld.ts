import { pdf, png, text } from '../sampleFiles.ts';
import { addCast, type Cast } from './samplePeople.ts';
import exportTask from './samples/exportTask.json' with { type: 'json' };
import group from './samples/group.json' with { type: 'json' };
import postSample from './samples/post.json' with { type: 'json' };
import taskSample from './samples/task.json' with { type: 'json' };
import team from './samples/team.json' with { type: 'json' };
import {
  addChat,
  addEvent,
  addFile,
  addNote,
  addRecord,
  addTask,
  change,
  createWorld,
  join,
  post,
  remove,
  type SimChat,
  type World,
} from './world.ts';

export { samplePeople } from './samplePeople.ts';

interface Stage {
  world: World;
  cast: Cast;
  /** So many minutes before now. */
  ago(minutes: number): Date;
  launch: SimChat;
}

/**
 * Posts, tasks, notes, events and files of the last twenty hours, of every kind that an export
 * has, around the vendor's own samples. Ids are the same each time; times depend on `now`.
 */
export function sampleWorld({ now }: { now: Date }): World {
  const [accountId = ''] = exportTask.id.split('-');
  const world = createWorld({ accountId });
  const cast = addCast(world);
  const launch = addChat(world, {
    ...{ id: team.id, name: team.name, created: new Date(team.creationTime) },
    members: ['Matt', 'Mike', 'Jane', 'John', 'Zoë'].map(cast),
  });
  const ago = (minutes: number) => new Date(now.getTime() - minutes * 60_000);
  const stage: Stage = { world, cast, ago, launch };
  talkInTeam(stage);
  shareInTeam(stage);
  planInTeam(stage);
  talkAside(stage);
  return world;
}

function talkInTeam({ world, cast, ago, launch }: Stage): void {
  const [matt, mike, jane] = [cast('Matt'), cast('Mike'), cast('Jane')];
  const root = post(world, launch, matt, {
    ...{ at: ago(1100), text: 'Who shows the **new release** to ![:Team](232087558)?' },
  });
  post(world, launch, mike, {
    ...{ at: ago(1090), inReplyTo: root },
    text: `I do, with ![:Person](${jane.id}): [the plan](https://plans.example.com/42)`,
  });
  const [file] = postSample.attachments;
  post(world, launch, jane, {
    ...{
      at: ago(1080),
      files: [{ ...png(file?.name ?? 'image.png'), id: file?.id ?? '1' }],
    },
  });
  const slip = post(world, launch, jane, { at: ago(1000), text: 'We ship on Thrusday.' });
  change(slip, ago(998), { text: 'We ship on Thursday.' });
  remove(
    post(world, launch, mike, { at: ago(990), text: 'Wrong chat, sorry.' }),
    ago(989),
  );
  join(launch, cast('Tariq'), ago(600));
  post(world, launch, cast('Tariq'), { at: ago(500), text: 'Hello, I am new here.' });
  post(world, launch, matt, {
    ...{
      at: ago(400),
      text: '> Hello, I am new here.\nWelcome! * two * things:\n* read\n* ask',
    },
  });
}

function shareInTeam({ world, cast, ago, launch }: Stage): void {
  const [matt, mike] = [cast('Matt'), cast('Mike')];
  const card = { attachments: [{ id: '1402', type: 'Unknown' }] };
  post(world, launch, mike, { at: ago(300), text: null, more: card });
  post(world, launch, matt, {
    ...{ at: ago(200), text: 'All of it:' },
    files: [pdf('release.pdf'), { ...text('log.txt', 'ok\n'), access: 'token' }],
  });
  post(world, launch, matt, {
    ...{ at: ago(190), text: 'And this:' },
    files: [{ ...text('lost.txt', 'gone'), state: 'gone' }],
  });
}

function planInTeam({ world, cast, ago, launch }: Stage): void {
  const [matt, jane, zoe] = [cast('Matt'), cast('Jane'), cast('Zoë')];
  const task = addTask(world, [launch], matt, {
    ...{ at: ago(900), subject: taskSample.subject, assignees: [zoe, cast('Julie')] },
    more: { section: taskSample.section, description: taskSample.description },
  });
  change(task, ago(100), { status: 'InProgress' });
  post(world, launch, matt, { at: ago(899), shows: [task] });
  addTask(world, [], jane, { at: ago(880), subject: 'Buy a cake', assignees: [jane] });
  addNote(world, launch, jane, {
    ...{ at: ago(870), title: 'Minutes' },
    body: '<p>We agreed on <b>Thursday</b>.</p>',
  });
  const draft = { at: ago(860), title: 'What I really think', body: 'Not yet.' };
  addNote(world, launch, zoe, { ...draft, isDraft: true });
  addEvent(world, launch, matt, {
    ...{ at: ago(850), subject: 'Release', more: { location: 'Room 7' } },
    ...{ startTime: ago(-2880), endTime: ago(-2820) },
  });
  addFile(world, launch, zoe, { at: ago(840), ...text('notes.txt', 'Only a file.') });
}

function talkAside({ world, cast, ago }: Stage): void {
  const [matt, julie, iren] = [cast('Matt'), cast('Julie'), cast('Iren')];
  const direct = addChat(world, { type: 'Direct', members: [matt, julie] });
  post(world, direct, julie, { at: ago(700), text: 'Lunch? 🍜' });
  post(world, direct, matt, { at: ago(699), text: 'Yes.' });
  const partners = addChat(world, {
    ...{ id: group.id, type: 'Group', members: [matt, cast('Mike'), iren] },
  });
  post(world, partners, iren, { at: ago(650), text: 'Hello from the other side.' });
  const own = addChat(world, { type: 'Personal', members: [julie] });
  post(world, own, julie, { at: ago(640), text: 'Remember the milk.' });
  const untold = addChat(world, { name: 'Old', members: [matt], told: 'untold' });
  post(world, untold, matt, { at: ago(630), text: 'Is anybody still here?' });
  const everyone = addChat(world, {
    ...{ type: 'Everyone', members: [...world.people.values()] },
  });
  post(world, everyone, matt, { at: ago(620), text: 'The office is closed on Friday.' });
  addRecord(world, 'whiteboards', matt, { at: ago(610), more: { strokes: 3 } });
}
