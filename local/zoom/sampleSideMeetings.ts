import type { Stage } from './sampleStage.ts';
import { addFile, addGroup, addMeeting, join, say } from './world.ts';

/** What not everybody in a meeting had: private messages, groups, hosts, files of one's own. */
export function shareSecrets({ world, cast, ago }: Stage): void {
  const { julie, matt, zoe, tariq, ana, mallory } = cast;
  const meeting = addMeeting(world, {
    ...{ topic: 'Quarterly numbers 📈', host: julie, start: ago(1000), minutes: 30 },
    people: [julie, matt, zoe, tariq, ana, mallory],
  });
  const group = addGroup(meeting, [matt, zoe]);
  say(meeting, julie, 'Welcome. Questions at the end, please.', { second: 30 });
  const toZoe = { to: 'person' as const, person: zoe };
  const aside = say(meeting, tariq, 'Is that the number we had?', {
    ...{ second: 300, audience: toZoe },
  });
  say(meeting, tariq, 'Is that the number that we had in May?', {
    ...{ second: 320, type: 6, about: aside.id, audience: toZoe },
  });
  say(meeting, tariq, '', { second: 340, type: 3, about: aside.id, audience: toZoe });
  say(meeting, matt, 'Our own view of this', {
    ...{ second: 400, audience: { to: 'group', group } },
    files: [{ name: 'view.csv', content: 'a,b\n1,2\n' }],
  });
  say(meeting, mallory, 'Can you send me that, too?', {
    ...{ second: 500, audience: { to: 'person', person: julie } },
  });
  say(meeting, zoe, 'I am let in, thanks.', { second: 20, audience: { to: 'hosts' } });
  addFile(meeting, 'M4A');
  addFile(meeting, 'M4A', { owner: tariq, name: 'Tariq alone.m4a' });
  addFile(meeting, 'M4A', { owner: ana });
  addFile(meeting, 'AIC_COVERSATION', { owner: zoe });
}

/** A breakout room has a uuid, people and a chat of its own. */
export function holdBreakout({ world, cast, ago }: Stage): void {
  const { mike, jane, john, zoe } = cast;
  const start = ago(860);
  const meeting = addMeeting(world, {
    ...{ topic: 'Workshop', host: mike, start, minutes: 60 },
    people: [mike, jane, john, zoe],
  });
  say(meeting, mike, 'You find your rooms below.');
  const room = addMeeting(world, {
    ...{ topic: 'Workshop', host: mike, start: ago(840), minutes: 20 },
    ...{ isBreakout: true, parent: meeting.uuid, people: [jane, john] },
  });
  say(room, jane, 'Shall I write?');
  say(room, john, 'Yes, and I talk.');
}

/** Nobody of ours but the host; a room without anybody's words; names that mean harm. */
export function meetOutsiders({ world, cast, ago }: Stage): void {
  const { tariq, ana } = cast;
  const meeting = addMeeting(world, {
    ...{ topic: '', host: tariq, start: ago(420), minutes: 12, people: [tariq, ana] },
  });
  join(meeting, { name: '../../etc/passwd\r\nBcc: eve@example.org' });
  say(meeting, ana, '=HYPERLINK("http://example.com")');
  addMeeting(world, {
    ...{ topic: 'Alone', host: tariq, start: ago(380), minutes: 3, people: [tariq] },
  });
}
