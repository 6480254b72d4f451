import type { Content, Flawed } from '../simulation/files.ts';

/** Somebody as exports tell of them. */
export interface SimPerson {
  id: string;
  accountId: string;
  firstName: string;
  lastName: string;
  email: string | undefined;
  /** Of another account. */
  isGuest: boolean;
}

export interface SimStay {
  person: SimPerson;
  from: Date;
  to?: Date;
}

export type ChatType = 'Personal' | 'Direct' | 'Group' | 'Team' | 'Everyone';

export interface SimChat {
  id: string;
  type: ChatType;
  name: string | undefined;
  created: Date;
  modified: Date;
  stays: SimStay[];
  /** Its export names nobody, or counts more than it names. */
  members?: 'untold' | 'partlyTold';
}

export interface SimFile {
  id: string;
  name: string;
  contentType: string;
  content: Content;
  /** Behind a signed address, or behind the token. */
  access: 'signed' | 'token';
  /** On RingCentral's own media host, on somebody else's, or one that leads to the other. */
  host: 'media' | 'elsewhere' | 'redirected';
  state: 'ready' | 'gone' | 'refused' | 'locked';
  /** What is wrong with the first so many answers. */
  flaw?: Flawed<'truncated' | 'wrongLength' | 'html'>;
}

export type Folder = 'posts' | 'tasks' | 'notes' | 'events' | 'files';

/** A record as it would be exported now; whoever changes it changes what the next export shows. */
export interface SimRecord {
  /** As the export calls it; one that nobody knows is possible. */
  folder: string;
  json: Record<string, unknown>;
  created: Date;
  modified: Date;
  /** When exports begin to have it. */
  listedFrom: Date;
  /** In place of its JSON: text that is none. */
  garbled?: string;
  chat?: SimChat;
  file?: SimFile;
}

export interface World {
  accountId: string;
  people: Map<string, SimPerson>;
  chats: Map<string, SimChat>;
  records: SimRecord[];
  files: Map<string, SimFile>;
  /** Who owns the JWT. */
  officer: SimPerson;
  nextId(): string;
}

/** A change to the chat itself, as far as its own time goes. */
export function touch(chat: SimChat, at: Date): void {
  if (at > chat.modified) chat.modified = at;
}
