import { GraphError } from './answers.ts';
import type { RequestCounters } from './counters.ts';
import type { Faults } from './faults.ts';
import type { GraphLimits } from './limits.ts';
import type { Mailbox } from './mailbox.ts';
import type { DirectoryUser, Tenant } from './model.ts';
import type { QueryOptions } from './queryOptions.ts';
import type { Throttle } from './throttle.ts';
import type { UploadSessions } from './uploadSession.ts';

/**
 * The rule of 2026-12-31 for an app without Mail-Advanced.ReadWrite.All: `updates` refuses to
 * change sensitive properties of what is no draft, `updatesAndAttachments` to add files to it too.
 */
export type SensitiveRule = 'off' | 'updates' | 'updatesAndAttachments';

/** What the parts of the simulation share. */
export interface Service {
  tenant: Tenant;
  limits: GraphLimits;
  sensitiveRule: SensitiveRule;
  keepContent: boolean;
  /** With the version. */
  baseUrl(): string;
  now(): Date;
  random(): number;
  violate(violation: string): void;
  counters: RequestCounters;
  faults: Faults;
  mailbox(userId: string): Mailbox;
  throttle(userId: string): Throttle;
  uploads: UploadSessions;
}

/** One request that was let in. */
export interface Call {
  service: Service;
  params: Record<string, string>;
  query: QueryOptions;
  /** What follows the version, with the query. */
  url: string;
  /** Names in lower case. */
  headers: Record<string, string>;
  body: Buffer;
  /** How long `$filter` doesn't find what this request creates. */
  indexLagMs: number;
}

/** A call on somebody's mailbox. */
export interface MailboxCall extends Call {
  user: DirectoryUser;
  mailbox: Mailbox;
  /** `Prefer: IdType="ImmutableId"` */
  immutableIds: boolean;
}

/** Opens the mailbox, or throws that there is none. */
export function openMailbox(call: Call, user: DirectoryUser | undefined): MailboxCall {
  const named = call.params.user ?? '';
  if (!user)
    throw new GraphError(
      404,
      'ErrorInvalidUser',
      `The requested user '${named}' is invalid.`,
    );
  if (user.mailbox.state === 'none')
    throw new GraphError(
      404,
      'MailboxNotEnabledForRESTAPI',
      'The mailbox is either inactive, soft-deleted, or is hosted on-premise.',
    );
  return {
    ...call,
    user,
    mailbox: call.service.mailbox(user.id),
    immutableIds: /idtype\s*=\s*"?immutableid"?/i.test(call.headers.prefer ?? ''),
  };
}

export function param(call: Call, name: string): string {
  return call.params[name] ?? '';
}

/** Parses the body, or throws what the service answers to something else than a JSON object. */
export function jsonBody(call: Call): unknown {
  const type = call.headers['content-type'] ?? '';
  if (!/^application\/json\b/i.test(type))
    throw new GraphError(
      400,
      'UnableToDeserializePostBody',
      'A Content-Type of application/json is required.',
    );
  try {
    return JSON.parse(call.body.toString('utf8'));
  } catch {
    throw new GraphError(400, 'BadRequest', 'Unable to read JSON request payload.');
  }
}
