import type { ConnectorType } from '../../shared/connectors/connector.ts';
import type { DropStore } from '../../shared/connectors/dropStore.ts';
import type { FakeClock } from '../shared/connectors/fakes.ts';

/**
 * Ways in which a file can't be had, or comes as something else. `gone`: for good; `refused`: the
 * source has it and says no; `locked`: not now; `truncated`: it breaks off; `html`: a page in its
 * place, with 200.
 */
export const fileFlaws = ['gone', 'refused', 'locked', 'truncated', 'html'] as const;
export type FileFlaw = (typeof fileFlaws)[number];

/** What a source may answer in place of what it was asked for. */
export const troubles = [
  '429 with seconds',
  '429 with an hour',
  '429 with a date',
  '429 with nonsense',
  '429 with nothing',
  '503',
  'a reset connection',
  'half an answer',
  'a slow answer',
  'an expired token',
] as const;
export type Trouble = (typeof troubles)[number];

export const credentialProblems = [
  'bad credentials',
  'a missing scope',
  'the wrong region',
] as const;
export type CredentialProblem = (typeof credentialProblems)[number];

/** What not every source has. */
export type Ability =
  | 'edits'
  | 'deletions'
  /** What was deleted can be read by the archive afterwards. */
  | 'texts of what was deleted'
  /** People can join a conversation, and leave it. */
  | 'members who change'
  /** The source tells who was there when, also long after. */
  | 'members of the past'
  /** The source tells when somebody left. */
  | 'times of leaving'
  /** A conversation of which the source does not tell who is in it. */
  | 'untold members'
  | 'people from outside'
  | 'thousands of people'
  /** Items that are listed long after they happened. */
  | 'late items'
  /** What was archived is listed again by a later run of the same window. */
  | 'items that are listed again'
  /** The window chooses what is read. */
  | 'windows'
  | 'unknown types'
  | 'unknown fields'
  | 'unreadable items'
  /** An item can have a file. */
  | 'files'
  | `a file that is ${FileFlaw}`
  | Trouble
  | CredentialProblem;

export interface Someone {
  name: string;
  address: string;
  /** Of another organisation. */
  isExternal?: boolean;
}

/** Whatever holds items and readers: a space, a meeting's topic, a chat, a room. */
export interface Talk {
  name: string;
  /** Who is in it from the beginning. */
  people: Someone[];
  /** The source does not tell who they are. */
  isUntold?: boolean;
}

export interface SaidFile {
  name: string;
  content: string;
  flaw?: FileFlaw;
  /** How often the flaw strikes; until `mend` if absent. */
  flawTimes?: number;
}

/** One item of the source: a message, a post, or a meeting in which nothing else was said. */
export interface Said {
  in: Talk;
  by: Someone;
  /** When it happened, in the sense in which the source lists it by time. */
  at: Date;
  /** No text is part of another one, and no two are the same. */
  text: string;
  file?: SaidFile;
  /** When the source begins to list it, if that is later. */
  listedFrom?: Date;
  /** `type`: of a type that nobody has heard of; `content`: such that nobody can read it. */
  unknown?: 'type' | 'content';
}

export interface SourceOptions {
  /** Shared by the source and the connector. */
  clock: FakeClock;
  /** Settings, or a source, with this problem. */
  problem?: CredentialProblem;
  /** Everything that the source says has fields that nobody has heard of. */
  hasUnknownFields?: boolean;
}

/** A simulated source, told what to do in the pipeline's words. The same calls make the same source. */
export interface Source {
  /** Without the connector's prefix. */
  settings: Record<string, string>;
  /** The files that lie there, where the source is one that puts them into a container. */
  drop?: DropStore;
  say(said: Said): void | Promise<void>;
  edit?(said: Said, change: { at: Date; text: string }): void | Promise<void>;
  /** By somebody who need not be in the conversation, where the source can tell. */
  remove?(said: Said, at: Date, by: Someone): void | Promise<void>;
  join?(talk: Talk, person: Someone, at: Date): void | Promise<void>;
  leave?(talk: Talk, person: Someone, at: Date): void | Promise<void>;
  /** From now on every file that is not gone can be had. */
  mend?(): void | Promise<void>;
  /**
   * Lets `after` requests pass and meets the next `times` with trouble, whatever they ask for;
   * a token that has expired strikes only requests that carry one. Gives a function that tells how often it struck.
   */
  strike?(trouble: Trouble, options: { after: number; times: number }): () => number;
  /** No trouble any more. */
  calm?(): void;
  /** What a well-behaved client would not have done. */
  violations(): string[];
  close(): Promise<void>;
}

/** A connector as the contract sees it, with a source that it can be tried on. */
export interface ContractSubject {
  /** As in "Webex". */
  name: string;
  type: ConnectorType;
  /** Settings whose values nobody may read anywhere. */
  secrets: string[];
  /** What `hasUnknownFields` adds, as it must be found in what is kept. */
  unknownField?: string;
  /** What does not exist with this source, each with a sentence that says why. */
  lacks: Partial<Record<Ability, string>>;
  open(options: SourceOptions): Promise<Source>;
}

/** For `lacks`, where one sentence is the reason for several. */
export const noneOf = (abilities: readonly Ability[], reason: string) =>
  Object.fromEntries(abilities.map((ability) => [ability, reason]));
