import type { Content, Flawed } from '../simulation/files.ts';

/** What the simulated Zoom knows. Times decide what it shows: nothing from its own future. */
export interface World {
  seed: string;
  accountId: string;
  users: Map<string, SimUser>;
  meetings: SimMeeting[];
}

export interface SimUser {
  id: string;
  name: string;
  address: string;
  status: 'active' | 'inactive' | 'pending';
}

/** Somebody from somewhere else, or who did not sign in: what they say of themselves. */
export interface SimGuest {
  name: string;
  /** What they typed; Zoom shows it as it is. */
  typed?: string | undefined;
}

export type SimPerson = SimUser | SimGuest;

export interface SimStay {
  person: SimPerson;
  from: Date;
  to: Date;
  /** Was never let in, in this stay. */
  isWaiting: boolean;
  /** The breakout room in which it was spent. */
  room?: string | undefined;
  /** The id that each stay has of its own. */
  nodeId: string;
}

export type ChatAudience =
  | { to: 'everyone' }
  | { to: 'person'; person: SimPerson }
  | { to: 'group'; group: SimGroup }
  | { to: 'hosts' }
  | { to: 'waitingRoom' };

export interface SimGroup {
  id: string;
  members: { person: SimPerson; from: number; to: number }[];
}

export interface SimMessage {
  /** As in Zoom's schema: 1 public, 2 private, 3 deleted, 4 emoji, 5 feedback, 6 edited, 7 reply. */
  type: number;
  id: string;
  /** Seconds since the meeting began. */
  second: number;
  sender: SimPerson;
  audience: ChatAudience;
  /** Twelve digits; made of the audience if absent. */
  digits?: string | undefined;
  text: string;
  about?: string | undefined;
  files: { id: string; name: string; bytes: number }[];
}

export type Flaw =
  | 'truncated'
  /** More is promised than comes. */
  | 'wrongLength'
  | 'html'
  /** 200, and an error as JSON. */
  | 'errorJson'
  /** As long as it should be, and something else. */
  | 'wrongBytes';

export interface SimFile {
  id: string;
  type: string;
  extension: string;
  recordingType: string;
  content: Content;
  name?: string | undefined;
  /** When it is done; before that it is `processing`. */
  readyAt: Date;
  /** When it is first listed at all. */
  listedFrom?: Date | undefined;
  hasFailed?: boolean;
  /** One participant's own. */
  owner?: SimPerson | undefined;
  /** Answers to whoever asks for it. */
  refusal?: 401 | 403 | 404 | undefined;
  /** `elsewhere`: a redirect leads to another host, that takes no token. */
  host?: 'elsewhere' | undefined;
  flaw?: Flawed<Flaw> | undefined;
}

export interface SimMeeting {
  uuid: string;
  number: number;
  topic: string;
  host: SimUser | undefined;
  start: Date;
  end: Date;
  type: number;
  isBreakout: boolean;
  parent?: string | undefined;
  stays: SimStay[];
  messages: SimMessage[];
  groups: SimGroup[];
  /** In which form its chat is kept, if at all. */
  chat: 'json' | 'txt' | 'none';
  /** When archiving was done with it; undefined: not yet, or it is not archived at all. */
  archivedAt?: Date | undefined;
  isArchived: boolean;
  isRecorded: boolean;
  /** When reports and lists show it, if that is later than its end. */
  listedFrom?: Date | undefined;
  /** What the history says was used, if not what really was. */
  features: Record<string, boolean>;
  files: SimFile[];
  shared: SimFile[];
  /** More fields of its entry in lists, or others instead. */
  oddities: Record<string, unknown>;
  /** Zoom tells nobody who was there. */
  hasNoRoster?: boolean;
}

export const isUser = (person: SimPerson): person is SimUser => 'id' in person;
