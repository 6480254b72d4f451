import {
  type ChatType,
  type SimChat,
  type SimPerson,
  touch,
  type World,
} from './model.ts';

export type { SimChat, SimFile, SimPerson, SimRecord, World } from './model.ts';
export {
  addEvent,
  addFile,
  addNote,
  addRecord,
  addTask,
  change,
  type FileOptions,
  idOf,
  type PostOptions,
  post,
  type RecordOptions,
  remove,
} from './records.ts';

const longAgo = new Date('2024-01-01T00:00:00.000Z');

export function createWorld(options: { accountId?: string } = {}): World {
  const accountId = options.accountId ?? '809646016';
  let ids = 62_288_329_016;
  const nextId = () => {
    ids += 8;
    return String(ids);
  };
  const officer: SimPerson = {
    ...{ id: nextId(), accountId, firstName: 'Paco', lastName: 'Vu' },
    ...{ email: 'paco.vu@example.com', isGuest: false },
  };
  return {
    ...{ accountId, officer, nextId, records: [] },
    people: new Map([[officer.id, officer]]),
    chats: new Map(),
    files: new Map(),
  };
}

export interface PersonOptions {
  name: string;
  /** Absent: the account has no address of them. */
  address?: string | undefined;
  external?: boolean;
  id?: string;
}

export function addPerson(world: World, options: PersonOptions): SimPerson {
  const [firstName = '', ...rest] = options.name.split(' ');
  const isGuest = options.external ?? false;
  const person: SimPerson = {
    id: options.id ?? world.nextId(),
    accountId: isGuest ? '37439510' : world.accountId,
    ...{ firstName, lastName: rest.join(' '), email: options.address, isGuest },
  };
  world.people.set(person.id, person);
  return person;
}

export interface ChatOptions {
  type?: ChatType;
  name?: string;
  members: SimPerson[];
  id?: string;
  created?: Date;
  told?: 'untold' | 'partlyTold';
}

export function addChat(world: World, options: ChatOptions): SimChat {
  const created = options.created ?? longAgo;
  const chat: SimChat = {
    id: options.id ?? world.nextId(),
    type: options.type ?? 'Team',
    ...{ name: options.name, created, modified: created },
    stays: options.members.map((person) => ({ person, from: created })),
    ...(options.told && { members: options.told }),
  };
  world.chats.set(chat.id, chat);
  return chat;
}

export function join(chat: SimChat, person: SimPerson, at: Date): void {
  chat.stays.push({ person, from: at });
  touch(chat, at);
}

export function leave(chat: SimChat, person: SimPerson, at: Date): void {
  for (const stay of chat.stays) {
    if (stay.person === person && !stay.to) stay.to = at;
  }
  touch(chat, at);
}
