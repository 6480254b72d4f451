import {
  type Context,
  GraphClientError,
  type Middleware,
  type MiddlewareOptions,
} from '@microsoft/microsoft-graph-client';
import { type LocalCode, localFault, RemoteFault } from './faults.ts';
import type { TokenProvider } from './token.ts';

/** What one request carries along the chain of middleware. */
export class RequestTerms implements MiddlewareOptions {
  /** The request and its answer are over after so many milliseconds. */
  readonly limitMs: number;
  readonly repeatable: boolean;
  /** Called right before the request is sent; throws if it must not be. */
  readonly mayStart: () => void;
  constructor(terms: { limitMs: number; repeatable: boolean; mayStart: () => void }) {
    this.limitMs = terms.limitMs;
    this.repeatable = terms.repeatable;
    this.mayStart = terms.mayStart;
  }
}

/**
 * Signs requests to the base URL's origin, and no others. The library's own handler sends no
 * token over http, which loopback is, and knows only Microsoft's hosts.
 */
export function signing(origin: string, token: TokenProvider): Middleware {
  return link(async (context, next) => {
    const headers = new Headers(context.options?.headers);
    headers.delete('authorization');
    if (new URL(urlOf(context)).origin === origin) {
      headers.set('authorization', `Bearer ${await token()}`);
    }
    context.options = { ...context.options, headers };
    await next(context);
  });
}

/** Runs work as soon as there is room for it. */
export type Limit = <T>(work: () => Promise<T>) => Promise<T>;

/**
 * Sends one request and reads its whole answer within the time limit. There are no retries here,
 * and no redirects: both are for those who know what they ask.
 */
export function sending(fetchNow: typeof fetch, inFlight: Limit): Middleware {
  return link(async (context) => {
    const terms = context.middlewareControl?.getMiddlewareOptions(RequestTerms);
    if (!(terms instanceof RequestTerms)) throw new Error('A request has no terms.');
    const { headers, method, body } = context.options ?? {};
    context.response = await sendOnce(fetchNow, inFlight, terms, urlOf(context), {
      ...(headers && { headers }),
      ...(method && { method }),
      ...(body && { body }),
    });
  });
}

/** The same for what does not go through the library's chain. */
export function sendOnce(
  fetchNow: typeof fetch,
  inFlight: Limit,
  terms: Pick<RequestTerms, 'limitMs' | 'repeatable' | 'mayStart'>,
  url: string,
  init: RequestInit,
): Promise<Response> {
  return inFlight(async () => {
    const abort = new AbortController();
    const timer = setTimeout(() => abort.abort(), terms.limitMs);
    try {
      terms.mayStart();
      return await exchange(fetchNow, url, { ...init, signal: abort.signal });
    } catch (error) {
      const code = abort.signal.aborted ? 'TimeLimit' : codeOf(error);
      throw code ? localFault(code, terms.repeatable) : error;
    } finally {
      clearTimeout(timer);
    }
  });
}

async function exchange(fetchNow: typeof fetch, url: string, init: RequestInit) {
  const answer = await fetchNow(url, { redirect: 'manual', ...init });
  const text = await answer.text();
  // The constructor refuses these statuses with a body, even an empty one.
  const empty = [204, 205, 304].includes(answer.status);
  return new Response(empty ? null : text, {
    status: answer.status,
    headers: answer.headers,
  });
}

/** Names of what went wrong on the wire; undefined for what has nothing to do with it. */
function codeOf(error: unknown): LocalCode | undefined {
  if (error instanceof RemoteFault || !(error instanceof TypeError)) return undefined;
  const cause = error.cause;
  const causes = cause instanceof AggregateError ? cause.errors : [cause];
  const codes = causes.map((one) =>
    one instanceof Error && 'code' in one ? String(one.code) : '',
  );
  return codes.every((code) => neverSent.has(code)) ? 'NoConnection' : 'NoAnswer';
}

/** The connection was never made, so that the request can't have arrived. */
const neverSent = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
]);

const urlOf = ({ request }: Context): string =>
  typeof request === 'string' ? request : request.url;

type Work = (
  context: Context,
  next: (context: Context) => Promise<void>,
) => Promise<void>;

/** One link of the library's chain. The library passes on only its own kind of error. */
function link(work: Work): Middleware {
  let following: Middleware | undefined;
  return {
    setNext(middleware) {
      following = middleware;
    },
    async execute(context) {
      try {
        await work(context, async (same) => following?.execute(same));
      } catch (error) {
        throw error instanceof GraphClientError ? error : carried(error);
      }
    },
  };
}

function carried(error: unknown): GraphClientError {
  return Object.assign(new GraphClientError('carried'), { customError: error });
}

/** What was really thrown. */
export function uncarried(error: unknown): unknown {
  return error instanceof GraphClientError && error.customError !== undefined
    ? error.customError
    : error;
}
