import { type FaultRow, faultTable, type Reaction, unlistedRow } from './faultTable.ts';

/** Faults that have no HTTP status: the answer never came, or it is not what was asked for. */
export type LocalCode =
  | 'NoConnection'
  | 'NoAnswer'
  | 'TimeLimit'
  | 'UnreadableAnswer'
  | 'SavedAsDraft'
  | 'SignInRefused'
  | 'SignInUnreachable'
  | 'FolderMissing'
  | 'ForeignUploadUrl';

/** What went wrong between us and Microsoft Graph. The message is for administrators. */
export class RemoteFault extends Error {
  override name = 'RemoteFault';
  readonly reaction: Reaction;
  readonly status: number;
  readonly code: string;
  /** For how long the server wants to be left alone, in milliseconds. */
  readonly retryAfter: number | undefined;
  constructor(
    reaction: Reaction,
    sentence: string,
    facts: { status: number; code: string; retryAfter?: number | undefined },
  ) {
    super(sentence);
    this.reaction = reaction;
    this.status = facts.status;
    this.code = facts.code;
    this.retryAfter = facts.retryAfter;
  }
}

/** The table's word on an answer. `repeatable`: asking twice does no harm. */
export function faultOf(answer: {
  status: number;
  code: string;
  retryAfter?: number | undefined;
  repeatable: boolean;
}): RemoteFault {
  const code = /^[\w.-]{1,80}$/.test(answer.code) ? answer.code : '';
  const row = faultTable.find(fits(answer.status, code)) ?? unlistedRow(answer.status);
  const said = answer.status > 0 ? `HTTP ${answer.status} ${code}`.trim() : code;
  const facts = { status: answer.status, code, retryAfter: answer.retryAfter };
  const reaction = answer.repeatable ? row.read : row.write;
  return new RemoteFault(reaction, `${row.sentence} (${said})`, facts);
}

/** A fault without an HTTP status. */
export function localFault(code: LocalCode, repeatable: boolean): RemoteFault {
  return faultOf({ status: 0, code, repeatable });
}

const fits = (status: number, code: string) => (row: FaultRow) =>
  (row.statuses?.includes(status) ?? true) && (row.codes?.includes(code) ?? true);
