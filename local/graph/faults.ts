import { GraphError } from './answers.ts';

/**
 * How a request goes wrong.
 * - `throttled`, `unavailable`: 429 and 503, with `Retry-After` unless `retryAfterSeconds` is null
 * - `refused`: `status` and `code` as given, before anything happened
 * - `timeoutBeforeCommit`, `timeoutAfterCommit`: 504
 * - `resetBeforeCommit`, `resetAfterCommit`: the connection breaks without an answer
 * - `lateCommit`: the connection breaks at once, and it happens `delayMs` later
 * - `slow`, `slowAnswer`: `delayMs` of waiting before or after it happened
 * - `indexLag`: what is created now is not found by `$filter` for `delayMs`, and what is moved
 *   now is still listed where it was
 */
export const faultKinds = [
  'throttled',
  'unavailable',
  'internalError',
  'badGateway',
  'timeoutBeforeCommit',
  'timeoutAfterCommit',
  'resetBeforeCommit',
  'resetAfterCommit',
  'lateCommit',
  'slow',
  'slowAnswer',
  'indexLag',
  'unauthorized',
  'accessDenied',
  'authorizationDenied',
  'noMailbox',
  'quotaExceeded',
  'refused',
] as const;
export type FaultKind = (typeof faultKinds)[number];

export interface Fault {
  kind: FaultKind;
  /** Share of the requests concerned, from 0 to 1; all, if absent. */
  rate?: number;
  /** How many requests at most; any number, if absent. */
  count?: number;
  /** How many requests concerned are spared first. */
  after?: number;
  /** Names of routes, see `routes.ts`; all, if absent. */
  routes?: string[];
  /** The user's id or any of their addresses; everybody, if absent. */
  user?: string;
  /** 2 if absent; null: no header. */
  retryAfterSeconds?: number | null;
  delayMs?: number;
  /** For `refused`, or another code for the other kinds. */
  status?: number;
  code?: string;
  message?: string;
}

export interface FaultTarget {
  route: string;
  /** The mailbox's user id and addresses, lower case; empty for the directory. */
  users: string[];
}

export interface Faults {
  /** Adds a fault; the function that is returned takes it away again. */
  add(fault: Fault): () => void;
  clear(): void;
  /** How often each kind has struck. */
  struck: Partial<Record<FaultKind, number>>;
  /** What strikes this request, and how long the index lags for what it creates. */
  draw(target: FaultTarget): { fault?: Fault; indexLagMs: number };
}

/** `random` gives numbers in [0, 1). */
export function createFaults(initial: Fault[], random: () => number): Faults {
  const active = new Map<Fault, { met: number; struck: number }>();
  for (const fault of initial) active.set(fault, { met: 0, struck: 0 });
  const struck: Faults['struck'] = {};

  function strikes(fault: Fault, target: FaultTarget): boolean {
    const tally = active.get(fault);
    if (!tally || !concerns(fault, target)) return false;
    if (tally.met++ < (fault.after ?? 0)) return false;
    if (tally.struck >= (fault.count ?? Number.POSITIVE_INFINITY)) return false;
    if (fault.rate !== undefined && random() >= fault.rate) return false;
    tally.struck++;
    struck[fault.kind] = (struck[fault.kind] ?? 0) + 1;
    return true;
  }

  return {
    add(fault) {
      const own = { ...fault };
      active.set(own, { met: 0, struck: 0 });
      return () => void active.delete(own);
    },
    clear: () => active.clear(),
    struck,
    draw(target) {
      let indexLagMs = 0;
      let found: Fault | undefined;
      for (const fault of active.keys()) {
        if (found && fault.kind !== 'indexLag') continue;
        if (!strikes(fault, target)) continue;
        if (fault.kind === 'indexLag') indexLagMs = fault.delayMs ?? 0;
        else found = fault;
      }
      return found ? { fault: found, indexLagMs } : { indexLagMs };
    },
  };
}

function concerns(fault: Fault, target: FaultTarget): boolean {
  if (fault.routes && !fault.routes.includes(target.route)) return false;
  return fault.user === undefined || target.users.includes(fault.user.toLowerCase());
}

type Refusal = [status: number, code: string, message: string];

const refusals: Partial<Record<FaultKind, Refusal>> = {
  throttled: [
    429,
    'ApplicationThrottled',
    'Application is over its MailboxConcurrency limit.',
  ],
  unavailable: [
    503,
    'ErrorServerBusy',
    'The server cannot service this request right now.',
  ],
  internalError: [500, 'ErrorInternalServerError', 'An internal server error occurred.'],
  badGateway: [502, 'UnknownError', ''],
  timeoutBeforeCommit: [504, 'ErrorTimeoutExpired', 'The request timed out.'],
  timeoutAfterCommit: [504, 'ErrorTimeoutExpired', 'The request timed out.'],
  unauthorized: [
    401,
    'InvalidAuthenticationToken',
    'Lifetime validation failed, the token is expired.',
  ],
  accessDenied: [
    403,
    'ErrorAccessDenied',
    'Access is denied. Check credentials and try again.',
  ],
  authorizationDenied: [
    403,
    'Authorization_RequestDenied',
    'Insufficient privileges to complete the operation.',
  ],
  noMailbox: [
    404,
    'MailboxNotEnabledForRESTAPI',
    'The mailbox is either inactive, soft-deleted, or is hosted on-premise.',
  ],
  quotaExceeded: [
    400,
    'ErrorQuotaExceeded',
    'The mailbox has exceeded its maximum size.',
  ],
  refused: [400, 'BadRequest', 'The request was refused.'],
};

/** The error that a fault answers with, if it is of that sort. */
export function faultError(fault: Fault): GraphError | undefined {
  const refusal = refusals[fault.kind];
  if (!refusal) return undefined;
  const [status, code, message] = refusal;
  return new GraphError(
    fault.status ?? status,
    fault.code ?? code,
    fault.message ?? message,
    retryHeader(fault),
  );
}

function retryHeader(fault: Fault): Record<string, string> {
  const asked = fault.retryAfterSeconds;
  const byDefault = fault.kind === 'throttled' || fault.kind === 'unavailable' ? 2 : null;
  const seconds = asked === undefined ? byDefault : asked;
  return seconds === null ? {} : { 'Retry-After': String(seconds) };
}
