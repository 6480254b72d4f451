import { sizeOf } from '../simulation/files.ts';
import { uuidFrom } from '../simulation/seeded.ts';
import { meetingNumber, meetingUuid, userId } from './ids.ts';
import type {
  ChatAudience,
  SimFile,
  SimGroup,
  SimMeeting,
  SimMessage,
  SimPerson,
  SimStay,
  SimUser,
  World,
} from './model.ts';

export type {
  ChatAudience,
  Flaw,
  SimFile,
  SimGroup,
  SimGuest,
  SimMeeting,
  SimMessage,
  SimPerson,
  SimUser,
  World,
} from './model.ts';

const minuteMs = 60_000;

export const createWorld = ({ seed }: { seed: string }): World => ({
  seed,
  accountId: 'abcDEF123GHI456jkl789A',
  users: new Map(),
  meetings: [],
});

export function addUser(
  world: World,
  options: Pick<SimUser, 'name' | 'address'> & Partial<SimUser>,
): SimUser {
  const id = userId(world.seed, 'user', options.address);
  const user: SimUser = { id, status: 'active', ...options };
  world.users.set(user.id, user);
  return user;
}

export interface MeetingOptions
  extends Partial<Omit<SimMeeting, 'start' | 'end' | 'stays' | 'host'>> {
  host?: SimUser | undefined;
  start: Date;
  minutes?: number;
  /** There from its beginning to its end. */
  people?: SimPerson[];
}

/** A meeting that was archived, or recorded, as soon as it was over, unless the options differ. */
export function addMeeting(world: World, options: MeetingOptions): SimMeeting {
  const { host, start, minutes = 30, people = [], ...rest } = options;
  const index = world.meetings.length;
  const end = new Date(start.getTime() + minutes * minuteMs);
  const meeting: SimMeeting = {
    uuid: meetingUuid(world.seed, 'meeting', index),
    number: meetingNumber(world.seed, 'number', index),
    topic: `Meeting ${index + 1}`,
    ...{ host, start, end, type: 2, isBreakout: false, stays: [], messages: [] },
    ...{ groups: [], chat: 'none', archivedAt: end, isArchived: true },
    ...{ isRecorded: false, features: {}, files: [], shared: [], oddities: {} },
    ...rest,
  };
  for (const person of people) join(meeting, person);
  world.meetings.push(meeting);
  return meeting;
}

/** A stay, in minutes of the meeting. */
export function join(
  meeting: SimMeeting,
  person: SimPerson,
  options: { from?: number; to?: number; isWaiting?: boolean; room?: string } = {},
): SimStay {
  const { start, end } = meeting;
  const at = (minute: number) => new Date(start.getTime() + minute * minuteMs);
  const stay: SimStay = {
    person,
    from: at(options.from ?? 0),
    to: options.to === undefined ? end : at(options.to),
    isWaiting: options.isWaiting ?? false,
    room: options.room,
    nodeId: String(16_778_240 + meeting.stays.length * 1024),
  };
  meeting.stays.push(stay);
  return stay;
}

type MessageOptions = Partial<Omit<SimMessage, 'files' | 'sender'>> & {
  files?: { name: string; content: string }[];
};

/** Somebody writes in the chat; to everyone, unless the options differ. */
export function say(
  meeting: SimMeeting,
  sender: SimPerson,
  text: string,
  options: MessageOptions = {},
): SimMessage {
  const index = meeting.messages.length;
  const audience: ChatAudience = options.audience ?? { to: 'everyone' };
  const files = (options.files ?? []).map(({ name, content }) =>
    shareFile(meeting, name, content),
  );
  const message: SimMessage = {
    type: audience.to === 'everyone' ? 1 : 2,
    id: `{${uuidFrom(meeting.uuid, 'message', index).toUpperCase()}}`,
    second: (index + 1) * 10,
    ...{ sender, text },
    ...options,
    audience,
    files: files.map(({ id, name = '', content }) => ({
      ...{ id, name, bytes: sizeOf(content) },
    })),
  };
  if (meeting.chat === 'none') meeting.chat = 'json';
  meeting.messages.push(message);
  return message;
}

/** A file in the chat that belongs to no message, unless it is named by one. */
export function shareFile(meeting: SimMeeting, name: string, content: string): SimFile {
  const id = userId(meeting.uuid, 'shared', meeting.shared.length);
  const file: SimFile = {
    ...{ id, type: '', extension: '', recordingType: '', name },
    ...{ content: Buffer.from(content), readyAt: meeting.end },
  };
  meeting.shared.push(file);
  return file;
}

export function addGroup(meeting: SimMeeting, people: SimPerson[]): SimGroup {
  const id = uuidFrom(meeting.uuid, 'group', meeting.groups.length);
  const members = people.map((person) => ({ person, from: 0, to: 24 * 3600 }));
  const group = { id, members };
  meeting.groups.push(group);
  return group;
}

export function addFile(
  meeting: SimMeeting,
  type: string,
  options: Partial<SimFile> = {},
): SimFile {
  const kind = kinds[type] ?? { extension: 'BIN', recordingType: type.toLowerCase() };
  const file: SimFile = {
    id: uuidFrom(meeting.uuid, 'file', meeting.files.length),
    ...{ type, ...kind, content: sampleContent(type), readyAt: meeting.end },
    ...options,
  };
  meeting.files.push(file);
  return file;
}

const kinds: Record<string, { extension: string; recordingType: string }> = {
  MP4: { extension: 'MP4', recordingType: 'shared_screen_with_speaker_view' },
  M4A: { extension: 'M4A', recordingType: 'audio_only' },
  TRANSCRIPT: { extension: 'VTT', recordingType: 'audio_transcript' },
  CC: { extension: 'VTT', recordingType: 'closed_caption' },
  TIMELINE: { extension: 'JSON', recordingType: 'timeline' },
  CSV: { extension: 'CSV', recordingType: 'poll' },
  TB: { extension: 'JPG', recordingType: 'thumbnail' },
  SUMMARY: { extension: 'JSON', recordingType: 'summary' },
  AIC_COVERSATION: { extension: 'JSON', recordingType: 'aic_conversation' },
};

/** So short that many fit into a test, and what they say they are. */
export function sampleContent(type: string): Buffer {
  const box = (name: string) =>
    Buffer.from(`\0\0\0\x18${name}isom\0\0\x02\0isommp41`, 'latin1');
  if (type === 'MP4' || type === 'M4A') {
    return Buffer.concat([box('ftyp'), Buffer.from(`the ${type} of a meeting`)]);
  }
  if (type === 'TRANSCRIPT' || type === 'CC') {
    return Buffer.from('WEBVTT\n\n1\n00:00:02.656 --> 00:00:03.230\nMatt Holm: Hello.\n');
  }
  if (type === 'TB') return Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0, 16, 74, 70, 73, 70]);
  if (type === 'CSV') return Buffer.from('Question,Answer\nLunch?,Yes\n');
  if (type === 'TIMELINE') return Buffer.from('{"timeline":[]}');
  return Buffer.from(`{"type":"${type}"}`);
}
