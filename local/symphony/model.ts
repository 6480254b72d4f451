import type { Content, Flawed } from '../simulation/files.ts';

export type Json = Record<string, unknown>;
export type StreamType = 'IM' | 'MIM' | 'ROOM' | 'POST';

export interface SimPerson {
  userId: number;
  name: string;
  /** Not told of strangers, as a rule. */
  address?: string;
  /** Told by the list of all users alone, as of somebody who was deactivated. */
  listedAddress?: string;
  /** Of another pod. */
  external: boolean;
  company: string;
  bot: boolean;
}

/** One stretch of time that somebody is in a stream, `[from, to)`. */
export interface SimStay {
  person: SimPerson;
  from: Date;
  to?: Date;
}

export interface SimStream {
  id: string;
  type: StreamType;
  name?: string;
  creator: SimPerson;
  created: Date;
  active: boolean;
  external: boolean;
  stays: SimStay[];
  /** Refused to everybody: an ethical wall, say. */
  barred: boolean;
  /** Who is in it is not told. */
  untold: boolean;
  /** `lastMessageDate` is not told. */
  dateless: boolean;
}

export interface SimFile {
  id: string;
  name: string;
  content: Content;
  state: 'ready' | 'gone' | 'refused' | 'locked';
  /** How the agent serves it wrongly, and how often. */
  flaw?: Flawed<'truncated' | 'html' | 'error'>;
}

export interface SimMessage {
  id: string;
  stream: SimStream;
  author: SimPerson;
  at: Date;
  /** When it begins to be listed; messages may come late. */
  listedFrom: Date;
  /** PresentationML. */
  content: string;
  data?: Json;
  files: SimFile[];
  parent?: SimMessage;
  /** The version before this one, and the first one. */
  replacing?: SimMessage;
  initial?: SimMessage;
  shared?: SimMessage;
  disclaimer?: string;
  suppressed?: Date;
  /** Its text can't be decrypted before this instant. */
  decryptableFrom?: Date;
  /** Put over what the agent says of it. */
  garbled?: Json;
}

export interface World {
  seed: string;
  pod: number;
  people: SimPerson[];
  streams: SimStream[];
  messages: SimMessage[];
  /** User name of the account that the archive signs in with. */
  account: SimPerson & { username: string };
}
