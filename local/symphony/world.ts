import { type Content, contentOf } from '../simulation/files.ts';
import { idFrom, userIdOf } from './ids.ts';
import type {
  Json,
  SimFile,
  SimMessage,
  SimPerson,
  SimStream,
  StreamType,
  World,
} from './model.ts';

export * from './model.ts';

export const longAgo = new Date('2020-01-01T00:00:00.000Z');
/** The vendor's own samples are of this pod; and somebody else's. */
const [ourPod, otherPod] = [130, 131];

/** The same seed and the same calls make the same world. */
export function createWorld({ seed }: { seed: string }): World {
  const account = {
    ...{ userId: userIdOf(ourPod, 1), name: 'Archive', username: 'archive-bot' },
    ...{
      address: 'archive-bot@example.com',
      external: false,
      company: 'Acme',
      bot: true,
    },
  };
  return { seed, pod: ourPod, people: [account], streams: [], messages: [], account };
}

export interface PersonOptions {
  name: string;
  address?: string;
  listedAddress?: string;
  external?: boolean;
  bot?: boolean;
  userId?: number;
}

export function addPerson(world: World, options: PersonOptions): SimPerson {
  const { name, address, listedAddress, external = false, bot = false } = options;
  const pod = external ? otherPod : world.pod;
  const person = {
    ...{ name, external, bot },
    userId: options.userId ?? userIdOf(pod, 1000 + world.people.length),
    company: external ? 'Gotham' : 'Acme',
    ...(address !== undefined && { address }),
    ...(listedAddress !== undefined && { listedAddress }),
  };
  world.people.push(person);
  return person;
}

export interface StreamOptions {
  type?: StreamType;
  name?: string;
  creator: SimPerson;
  members?: SimPerson[];
  id?: string;
  created?: Date;
  active?: boolean;
  barred?: boolean;
  untold?: boolean;
  dateless?: boolean;
}

export function addStream(world: World, options: StreamOptions): SimStream {
  const { type = 'ROOM', creator, members = [], created = longAgo } = options;
  const people = [...new Set([creator, ...members])];
  const stream = {
    ...{ type, creator, created },
    id: options.id ?? idFrom(world.seed, 'stream', world.streams.length),
    active: options.active ?? true,
    external: people.some(({ external }) => external),
    stays: people.map((person) => ({ person, from: created })),
    barred: options.barred ?? false,
    untold: options.untold ?? false,
    dateless: options.dateless ?? false,
    ...(options.name !== undefined && { name: options.name }),
  };
  world.streams.push(stream);
  return stream;
}

export function join(stream: SimStream, person: SimPerson, at: Date): void {
  stream.stays.push({ person, from: at });
}

export function leave(stream: SimStream, person: SimPerson, at: Date): void {
  const stay = stream.stays.find((one) => one.person === person && !one.to);
  if (!stay) throw new Error(`${person.name} is not in the stream.`);
  stay.to = at;
}

export interface FileOptions extends Partial<Pick<SimFile, 'state' | 'flaw'>> {
  name: string;
  content: string | Content;
}

export type PostOptions = Partial<
  Pick<
    SimMessage,
    | 'id'
    | 'listedFrom'
    | 'data'
    | 'parent'
    | 'shared'
    | 'disclaimer'
    | 'decryptableFrom'
    | 'garbled'
  >
> & {
  at: Date;
  /** Plain text, or PresentationML inside of its root. */
  text?: string;
  markup?: string;
  files?: FileOptions[];
};

export function post(
  world: World,
  stream: SimStream,
  author: SimPerson,
  options: PostOptions,
): SimMessage {
  const { text = '', markup = escaped(text), files = [], at, ...more } = options;
  const id = options.id ?? idFrom(world.seed, 'message', world.messages.length);
  const message: SimMessage = {
    ...{ stream, author, at, listedFrom: at },
    ...more,
    id,
    content: presentationOf(markup),
    files: files.map((file, index) => fileOf(id, file, index)),
  };
  world.messages.push(message);
  return message;
}

/** A version of a message: a message of its own, that replaces the last one. */
export function edit(
  world: World,
  message: SimMessage,
  { at, text, by = message.author }: { at: Date; text: string; by?: SimPerson },
): SimMessage {
  const initial = message.initial ?? message;
  const versions = world.messages.filter(
    (one) => one === initial || one.initial === initial,
  );
  const version = post(world, message.stream, by, { at, text });
  version.initial = initial;
  version.replacing = versions.at(-1) ?? message;
  return version;
}

/** Its text is gone then, but for the content export. */
export function suppress(message: SimMessage, at: Date): void {
  message.suppressed = at;
}

function fileOf(
  messageId: string,
  { name, content, state = 'ready', flaw }: FileOptions,
  index: number,
): SimFile {
  return {
    id: `internal_${ourPod}/${idFrom(messageId, index)}==`,
    content: contentOf(content),
    ...{ name, state },
    ...(flaw && { flaw }),
  };
}

export const presentationOf = (markup: string): string =>
  `<div data-format="PresentationML" data-version="2.0">${markup}</div>`;

export const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

export type { Json };
