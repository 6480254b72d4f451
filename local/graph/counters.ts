/** What happened in one mailbox. */
export interface MailboxCounters {
  requests: number;
  throttled: number;
  uploadedBytes: number;
  maxInFlight: number;
  routes: Record<string, number>;
}

/** Parts of a batch count one by one; the batch itself counts under `batch`. */
export interface RequestCounters {
  total: number;
  routes: Record<string, number>;
  statuses: Record<string, number>;
  /** By user id. */
  mailboxes: Record<string, MailboxCounters>;
}

export function createCounters(): RequestCounters {
  return { total: 0, routes: {}, statuses: {}, mailboxes: {} };
}

export function mailboxCounters(
  counters: RequestCounters,
  userId: string,
): MailboxCounters {
  counters.mailboxes[userId] ??= {
    requests: 0,
    throttled: 0,
    uploadedBytes: 0,
    maxInFlight: 0,
    routes: {},
  };
  return counters.mailboxes[userId];
}

export function countRequest(
  counters: RequestCounters,
  route: string,
  userId: string | undefined,
): void {
  counters.total++;
  counters.routes[route] = (counters.routes[route] ?? 0) + 1;
  if (userId === undefined) return;
  const own = mailboxCounters(counters, userId);
  own.requests++;
  own.routes[route] = (own.routes[route] ?? 0) + 1;
}

/** `status` is the answer's, or `reset` where there was none. */
export function countStatus(
  counters: RequestCounters,
  status: number | 'reset',
  userId: string | undefined,
): void {
  counters.statuses[status] = (counters.statuses[status] ?? 0) + 1;
  if (status === 429 && userId !== undefined)
    mailboxCounters(counters, userId).throttled++;
}
