import { setTimeout as delay, setImmediate as nextTurn } from 'node:timers/promises';
import { errorReply, GraphError, type Reply } from './answers.ts';
import { countRequest, countStatus, mailboxCounters } from './counters.ts';
import { type Fault, faultError } from './faults.ts';
import type { LateCommits } from './lateCommits.ts';
import type { Service } from './service.ts';
import type { Throttle } from './throttle.ts';

/** One request, or one part of a batch, once it is clear whom it concerns. */
export interface Exchange {
  /** The route's name. */
  route: string;
  method: string;
  /** Absent where it concerns no mailbox. */
  userId: string | undefined;
  /** Has been arrived at, and is left when the answer is sent. */
  throttle: Throttle;
  ids: { requestId: string; clientRequestId: string };
  readBody(): Promise<Buffer>;
  /** Does it: all at once, without waiting, unless it is a batch. */
  commit(body: Buffer, indexLagMs: number): Reply | Promise<Reply>;
  /** In a batch no connection can break; such a part is answered with 504. */
  inBatch: boolean;
}

export interface ExchangeContext {
  service: Service;
  lateCommits: LateCommits;
  latencyMs: number;
  /** Ends all waiting when the server closes. */
  closing: AbortSignal;
}

/** An answer, or a connection that breaks. */
export type Outcome = Reply | 'reset';

/** Lets a request in, or refuses it, with all that may go wrong. */
export async function exchange(
  request: Exchange,
  context: ExchangeContext,
): Promise<Outcome> {
  const { counters, now } = context.service;
  countRequest(counters, request.route, request.userId);
  const outcome = await attempt(request, context).catch((error: unknown) => {
    if (!(error instanceof GraphError)) throw error;
    return errorReply(error, { ...request.ids, date: now() });
  });
  countStatus(counters, outcome === 'reset' ? outcome : outcome.status, request.userId);
  return outcome;
}

async function attempt(request: Exchange, context: ExchangeContext): Promise<Outcome> {
  const { service } = context;
  const refusal = await admission(request, service);
  const body = await request.readBody();
  if (refusal) throw refusal;
  admitUpload(request, body.length, service);
  await pause(context.latencyMs, context);
  const users = usersOf(service, request.userId);
  const { fault, indexLagMs } = service.faults.draw({ route: request.route, users });
  context.lateCommits.settle();
  const commit = () => request.commit(body, indexLagMs);
  return fault ? faulty(fault, commit, request, context) : commit();
}

async function admission(
  { throttle, userId }: Exchange,
  service: Service,
): Promise<GraphError | undefined> {
  // A client that gave a request up may have been faster than the news of it.
  if (throttle.inFlight() > service.limits.inFlight) await nextTurn();
  if (userId !== undefined) {
    const own = mailboxCounters(service.counters, userId);
    own.maxInFlight = Math.max(own.maxInFlight, throttle.inFlight());
  }
  return throttle.refusal(service.now().getTime());
}

const uploading = new Set(['POST', 'PUT', 'PATCH']);

function admitUpload(request: Exchange, bytes: number, service: Service): void {
  if (!uploading.has(request.method)) return;
  const refusal = request.throttle.uploadRefusal(bytes, service.now().getTime());
  if (refusal) throw refusal;
  if (request.userId !== undefined)
    mailboxCounters(service.counters, request.userId).uploadedBytes += bytes;
}

async function pause(ms: number, context: ExchangeContext): Promise<void> {
  if (ms > 0) await delay(ms, undefined, { signal: context.closing });
}

async function faulty(
  fault: Fault,
  commit: () => Reply | Promise<Reply>,
  request: Exchange,
  context: ExchangeContext,
): Promise<Outcome> {
  const broken: Outcome = request.inBatch ? { status: 504 } : 'reset';
  const delayMs = fault.delayMs ?? 0;
  switch (fault.kind) {
    case 'resetBeforeCommit':
      return broken;
    case 'resetAfterCommit':
      await quietly(commit);
      return broken;
    case 'lateCommit':
      context.lateCommits.add(() => void quietly(commit), delayMs);
      return broken;
    case 'slow':
      await pause(delayMs, context);
      return commit();
    case 'slowAnswer': {
      const reply = await commit();
      await pause(delayMs, context);
      return reply;
    }
    case 'timeoutAfterCommit':
      await quietly(commit);
  }
  const error = faultError(fault);
  if (!error) return commit();
  const seconds = Number(error.headers['Retry-After'] ?? 0);
  if (seconds > 0) request.throttle.pause(seconds, context.service.now().getTime());
  throw error;
}

/** What would have been refused is refused unheard. */
async function quietly(commit: () => Reply | Promise<Reply>): Promise<void> {
  try {
    await commit();
  } catch (error) {
    if (!(error instanceof GraphError)) throw error;
  }
}

function usersOf(service: Service, userId: string | undefined): string[] {
  const user = service.tenant.users.find(({ id }) => id === userId);
  if (!user) return [];
  const addresses = user.proxyAddresses.map((proxy) => proxy.slice('smtp:'.length));
  return [user.id, user.userPrincipalName, ...addresses].map((name) =>
    name.toLowerCase(),
  );
}
