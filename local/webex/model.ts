import type { Content, Flawed } from '../simulation/files.ts';

export type Json = Record<string, unknown>;

export interface SimPerson {
  uuid: string;
  id: string;
  name: string;
  address: string;
  kind: 'person' | 'bot' | 'appuser';
  orgUuid: string;
  created: Date;
  deleted?: Date;
  /** What /people tells: strangers' records are thin, and some can't be looked up. */
  lookup: 'full' | 'thin' | 'none';
}

export interface SimTeam {
  uuid: string;
  id: string;
  name: string;
  description: string;
  created: Date;
}

export interface SimRoom {
  uuid: string;
  id: string;
  type: 'direct' | 'group';
  title: string;
  team?: SimTeam;
  /** How `teamId` is written; the vendor's samples have both. */
  teamIdType: 'TEAM' | 'ROOM';
  creator: SimPerson;
  created: Date;
  ownerOrgUuid: string;
  moderated: boolean;
  announcementOnly: boolean;
  description?: string;
  /** Its title can't be decrypted before this instant. */
  decryptableFrom?: Date;
}

/** One stretch of time that somebody is in a room, `[from, to)`. */
export interface SimStay {
  room: SimRoom;
  person: SimPerson;
  from: Date;
  to?: Date;
  moderator: boolean;
  /** Added through the team: such rows lack `roomType` and `isRoomHidden`. */
  viaTeam: boolean;
}

export type FileState =
  | { kind: 'ready' }
  /** 423 until that instant, or for so many requests, whichever is given. */
  | { kind: 'scanning'; until?: Date; requests?: number; retryAfterSeconds: number }
  | { kind: 'infected' }
  | { kind: 'unscannable' }
  | { kind: 'gone' };

export interface SimFile {
  name: string;
  contentType: string;
  content: Content;
  state: FileState;
  /** How the service serves it wrongly, and how often. */
  flaw?: Flawed<'truncated' | 'wrongLength' | 'html' | 'noName'>;
  /** `elsewhere`: on a host of somebody else; `redirected`: ours, but it sends there. */
  host: 'own' | 'elsewhere' | 'redirected';
}

export interface TextVersion {
  at: Date;
  text?: string;
  html?: string;
  markdown?: string;
}

export interface SimMessage {
  uuid: string;
  id: string;
  room: SimRoom;
  author: SimPerson;
  /** The original, and then its edits, oldest first. */
  versions: [TextVersion, ...TextVersion[]];
  files: SimFile[];
  attachments: Json[];
  parent?: SimMessage;
  mentioned: SimPerson[];
  mentionsAll: boolean;
  voiceClip: boolean;
  /** `kept`: a compliance officer can still read it, being within retention. */
  deletion?: { at: Date; by: SimPerson; kept: boolean };
  /** When retention took the content away. */
  expired?: Date;
  /** Its text can't be decrypted before this instant. */
  decryptableFrom?: Date;
}

export interface SimAction {
  uuid: string;
  id: string;
  message: SimMessage;
  person: SimPerson;
  at: Date;
  inputs: Json;
}

/** Something that happened, as /events tells it. */
export interface Occurrence {
  uuid: string;
  resource: string;
  type: string;
  actor: SimPerson;
  at: Date;
  /** When the service begins to list it; events may come late. */
  listedFrom: Date;
  /** False for what this organisation may not see, in spaces that others own. */
  visible: boolean;
  /** As it was at the time of the event; only keys that came back may change it later. */
  data(now: Date): unknown;
}

export interface World {
  seed: string;
  domain: string;
  orgUuid: string;
  orgId: string;
  officer: SimPerson;
  people: Map<string, SimPerson>;
  teams: Map<string, SimTeam>;
  rooms: Map<string, SimRoom>;
  /** By room. */
  stays: Map<string, SimStay[]>;
  messages: Map<string, SimMessage>;
  actions: Map<string, SimAction>;
  occurrences: Occurrence[];
}
