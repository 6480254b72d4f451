import { GraphError, type Reply } from './answers.ts';
import {
  type Exchange,
  type ExchangeContext,
  exchange,
  type Outcome,
} from './exchange.ts';
import { readQuery, unencodedOptions } from './queryOptions.ts';
import { type Match, matchRoute } from './routes.ts';
import type { Call, Service } from './service.ts';
import { findUser } from './tenant.ts';
import { sessionNotFound, sessionStatus, uploadRange } from './uploadRoutes.ts';

/** A request as it came, its URL cut off behind the version. */
export interface Incoming {
  method: string;
  /** `/users/…?…` */
  url: string;
  headers: Record<string, string>;
  ids: Exchange['ids'];
  readBody(): Promise<Buffer>;
  inBatch: boolean;
  /** Told how to leave what the request occupies. */
  onLeave(leave: () => void): void;
}

/** What concerns no mailbox counts here. */
export const directory = 'directory';

/** Answers a request of the versioned API. */
export async function dispatch(
  incoming: Incoming,
  context: ExchangeContext,
): Promise<Outcome> {
  const { service } = context;
  const [path = ''] = incoming.url.split('?');
  const match = matchRoute(incoming.method, path);
  if (match instanceof GraphError)
    service.violate(`${incoming.method} on an unknown route`);
  const userId = match instanceof GraphError ? undefined : mailboxOwner(service, match);
  return occupy(incoming, userId, context, {
    route: match instanceof GraphError ? 'unknown' : match.route.name,
    commit: (body, indexLagMs) => {
      if (match instanceof GraphError) throw match;
      return match.route.answer(callOf(incoming, match, service, body, indexLagMs));
    },
  });
}

/** Whose mailbox the path names; looking at a user is a matter of the directory. */
function mailboxOwner(service: Service, { route, params }: Match): string | undefined {
  const isMail = route.segments.length > 2;
  const user = findUser(service.tenant, params.user ?? '');
  return isMail ? user?.id : undefined;
}

function callOf(
  incoming: Incoming,
  match: Match,
  service: Service,
  body: Buffer,
  indexLagMs: number,
): Call {
  for (const name of unencodedOptions(incoming.url))
    service.violate(`an unencoded ${name} on ${match.route.name}`);
  const { headers, url } = incoming;
  const query = readQuery(url);
  return { service, params: match.params, query, url, headers, body, indexLagMs };
}

/** Answers a request to a pre-signed upload URL: `id`, and the token that came with it. */
export async function dispatchUpload(
  incoming: Incoming,
  upload: { id: string; token: string | null },
  context: ExchangeContext,
): Promise<Outcome> {
  const { service } = context;
  const session = service.uploads.get(upload.id);
  const names = new Map([
    ['PUT', 'uploadRange'],
    ['GET', 'uploadStatus'],
    ['DELETE', 'uploadCancel'],
  ]);
  return occupy(incoming, session?.userId, context, {
    route: names.get(incoming.method) ?? 'unknown',
    commit: (body) => {
      const open = service.uploads.get(upload.id);
      checkUpload(incoming, service);
      if (!open || open.token !== upload.token || open.expiresAt <= service.now())
        throw sessionNotFound();
      if (incoming.method === 'GET') return sessionStatus(open);
      if (incoming.method === 'DELETE') return cancel(service, upload.id);
      const user = service.tenant.users.find(({ id }) => id === open.userId);
      if (!user) throw sessionNotFound();
      const { headers, url } = incoming;
      const query = readQuery('');
      const call = { service, params: {}, query, url, headers, body, indexLagMs: 0 };
      const mailbox = service.mailbox(user.id);
      return uploadRange({ ...call, user, mailbox, immutableIds: true }, upload.id, open);
    },
  });
}

function checkUpload({ headers, method }: Incoming, service: Service): void {
  if (headers.authorization !== undefined) {
    service.violate('a token sent to an upload URL');
    throw new GraphError(
      401,
      'InvalidAudienceForResource',
      'The upload URL takes no Authorization header.',
    );
  }
  if (!['PUT', 'GET', 'DELETE'].includes(method))
    throw new GraphError(
      405,
      'MethodNotAllowed',
      'Specified HTTP method is not allowed.',
    );
}

function cancel(service: Service, id: string): Reply {
  service.uploads.delete(id);
  return { status: 204 };
}

/** Occupies a place of the mailbox, or of the directory, until the answer is sent. */
export async function occupy(
  incoming: Incoming,
  userId: string | undefined,
  context: ExchangeContext,
  work: Pick<Exchange, 'route' | 'commit'>,
): Promise<Outcome> {
  const throttle = context.service.throttle(userId ?? directory);
  throttle.arrive();
  let occupied = true;
  incoming.onLeave(() => {
    if (occupied) throttle.leave();
    occupied = false;
  });
  const { method, ids, readBody, inBatch } = incoming;
  return exchange({ ...work, method, userId, throttle, ids, readBody, inBatch }, context);
}
