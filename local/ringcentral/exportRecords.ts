import type { SimChat, SimPerson, SimRecord, World } from './model.ts';

/** How the service decides on what nobody has documented. */
export interface Quirks {
  /** Which of a record's times the window is about; both, if absent. */
  windowIs?: 'created' | 'modified';
  /** What is of the window's very end belongs to it. */
  inclusiveEnd?: boolean;
  /** Joining and leaving leave a chat's own time as it is. */
  stillChats?: boolean;
  /** Every object has a field that nobody has heard of. */
  unknownFields?: boolean;
  /** Elements a file of the export; 10,000 in reality. */
  recordsPerFile?: number;
  /** Over how many ZIPs an export is spread. */
  datasets?: number;
  /** Chats are exported only where something happened in them. */
  onlyActiveChats?: boolean;
}

export interface ExportWindow {
  from: Date;
  to: Date;
}

export const folders = [
  'chats',
  'members',
  'guests',
  'posts',
  'events',
  'tasks',
  'notes',
  'files',
];

/** All records of an export as JSON texts, by folder. */
export function exportedTexts(
  world: World,
  window: ExportWindow,
  now: Date,
  quirks: Quirks,
  uriOf: (record: SimRecord) => string | undefined,
): Map<string, string[]> {
  const listed = world.records.filter((record) => isListed(record, window, now, quirks));
  const people = [...world.people.values()];
  const texts = new Map(folders.map((folder): [string, string[]] => [folder, []]));
  const add = (folder: string, text: string) => {
    const known = texts.get(folder) ?? [];
    known.push(text);
    texts.set(folder, known);
  };
  const active = new Set(listed.flatMap(chatIdsOf));
  for (const chat of world.chats.values()) {
    if (quirks.onlyActiveChats && !active.has(chat.id)) continue;
    add('chats', textOf(chatJson(world, chat, now, quirks), quirks));
  }
  for (const person of people) {
    add(person.isGuest ? 'guests' : 'members', textOf(personJson(person), quirks));
  }
  for (const record of listed) {
    add(record.folder, record.garbled ?? textOf(recordJson(record, uriOf), quirks));
  }
  return texts;
}

const textOf = (value: object, { unknownFields }: Quirks): string =>
  JSON.stringify(unknownFields ? { ...value, brandNewField: 'new' } : value);

function isListed(
  { created, modified, listedFrom }: SimRecord,
  { from, to }: ExportWindow,
  now: Date,
  { windowIs, inclusiveEnd }: Quirks,
): boolean {
  const times = [
    ...(windowIs === 'modified' ? [] : [created]),
    ...(windowIs === 'created' ? [] : [modified]),
  ];
  const isInside = times.some(
    (at) => at >= from && (at < to || (inclusiveEnd === true && +at === +to)),
  );
  return isInside && listedFrom <= now;
}

const chatIdsOf = ({ json }: SimRecord): string[] => [
  ...(typeof json.chatId === 'string' ? [json.chatId] : []),
  ...(Array.isArray(json.chatIds) ? json.chatIds.map(String) : []),
];

function recordJson(
  record: SimRecord,
  uriOf: (record: SimRecord) => string | undefined,
): object {
  const { json, created, modified } = record;
  const contentUri = uriOf(record);
  return {
    ...{ id: json.id, creationTime: created, lastModifiedTime: modified },
    ...json,
    ...(contentUri && { contentUri }),
    deleted: json.deleted ?? false,
  };
}

const personJson = (person: SimPerson): object => ({
  ...{ id: person.id, accountId: person.accountId },
  ...{ firstName: person.firstName, lastName: person.lastName },
  ...(person.email && { email: person.email }),
  ...{ deactivated: false },
});

function chatJson(world: World, chat: SimChat, now: Date, quirks: Quirks): object {
  const present = chat.stays
    .filter(({ from, to }) => from <= now && (!to || to > now))
    .map(({ person }) => person);
  const members = present.filter(({ isGuest }) => !isGuest).map(({ id }) => id);
  const guests = present.filter(({ isGuest }) => isGuest).map(({ id }) => id);
  const told = chat.members === 'partlyTold' ? members.slice(0, 1) : members;
  return {
    ...{ id: chat.id, accountId: world.accountId, Type: chat.type },
    creationTime: chat.created,
    lastModifiedTime: quirks.stillChats ? chat.created : chat.modified,
    ...(chat.name !== undefined && { name: chat.name }),
    ...{ public: false, status: 'Active', totalMemberCount: members.length },
    ...(chat.members !== 'untold' && { memberIds: told }),
    ...{ totalGuestCount: guests.length, deleted: false },
    ...(chat.members !== 'untold' && { guestIds: guests }),
  };
}
