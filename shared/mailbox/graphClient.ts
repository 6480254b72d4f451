import { randomUUID } from 'node:crypto';
import { Client, ResponseType } from '@microsoft/microsoft-graph-client';
import pLimit from 'p-limit';
import type { z } from 'zod';
import type { Clock } from '../clock.ts';
import { ConfigurationError, messageOf } from '../errors.ts';
import type { Log } from '../log.ts';
import { isLoopback } from '../secureUrl.ts';
import { RemoteFault } from './faults.ts';
import { type Gate, readAnswer, timeLimit } from './graphAnswer.ts';
import type { TokenProvider } from './token.ts';
import { RequestTerms, sending, signing, uncarried } from './transport.ts';
import { createUploads, type UploadCall } from './uploads.ts';

/** One request to Microsoft Graph. */
export interface GraphCall<T> {
  method: 'GET' | 'POST' | 'DELETE';
  /** Below the version, encoded, with its query. */
  path: string;
  /** JSON. */
  body?: string;
  headers?: Record<string, string>;
  /** What a granted request answers. */
  answer: z.ZodType<T>;
  /** Asking twice does no harm; by default true for all but POST. */
  repeatable?: boolean;
  /** Lets requests into a mailbox; absent for those that go to none. */
  gate?: Gate;
}

/** The way to Microsoft Graph. */
export interface Graph {
  /** Throws a `RemoteFault` if it was not granted, or nobody knows whether it was. */
  request<T>(call: GraphCall<T>): Promise<T>;
  /** The same for a pre-signed URL, which no token is sent to; asked once. */
  upload<T>(call: UploadCall<T>): Promise<T>;
}

/** Where Graph is, and who asks. */
export interface GraphOptions {
  /** With the version: `https://graph.microsoft.com/v1.0`. */
  baseUrl: string;
  token: TokenProvider;
  /** Most requests at a time. */
  maxInFlight: number;
  clock: Clock;
  log: Log;
  fetch?: typeof fetch;
  /** How long a request may take, without its upload, in milliseconds. */
  limitMs?: number;
}

/** How often, and after what time, what may be repeated is repeated. */
const pausesMs = [500, 1500, 4000];
const longestPauseMs = 10_000;

/**
 * Microsoft Graph. Answers are parsed, refusals are `RemoteFault`s, and only what may be asked
 * twice is. The library's own retry handler would repeat a POST on 504.
 */
export function createGraph(options: GraphOptions): Graph {
  const { origin, version } = splitBaseUrl(options.baseUrl);
  const inFlight = pLimit(options.maxInFlight);
  const client = Client.initWithMiddleware({
    baseUrl: `${origin}/`,
    defaultVersion: version,
    middleware: [
      signing(new URL(origin).origin, options.token),
      sending(options.fetch ?? fetch, inFlight),
    ],
  });

  async function once<T>(call: GraphCall<T>, repeatable: boolean): Promise<T> {
    const limitMs = timeLimit(sizeOf(call), options.limitMs);
    const request = client
      .api(call.path)
      .responseType(ResponseType.RAW)
      .headers({
        // Ids that survive a move: https://learn.microsoft.com/graph/outlook-immutable-id
        Prefer: 'IdType="ImmutableId"',
        'client-request-id': randomUUID(),
        ...(call.body !== undefined && { 'Content-Type': 'application/json' }),
        ...call.headers,
      })
      .middlewareOptions([
        new RequestTerms({
          ...{ limitMs, repeatable },
          mayStart: () => call.gate?.check(limitMs),
        }),
      ]);
    const answer = await send(request, call).catch((error: unknown) => {
      throw uncarried(error);
    });
    return readAnswer(answer, call.answer, repeatable, options.clock.now());
  }

  return {
    upload: createUploads({ ...options, inFlight }),
    async request(call) {
      const repeatable = call.repeatable ?? call.method !== 'POST';
      const request = () => signedAgain(() => once(call, repeatable));
      for (let attempt = 0; ; attempt++) {
        try {
          return await (call.gate ? call.gate.run(sizeOf(call), request) : request());
        } catch (error) {
          const pause = repeatable ? pauseAfter(error, attempt, call) : undefined;
          if (pause === undefined) throw error;
          options.log.info(`Microsoft Graph is asked again: ${messageOf(error)}`);
          await options.clock.sleep(pause);
        }
      }
    },
  };
}

/** A token may end on its way; a request that was refused for it did nothing. */
async function signedAgain<T>(request: () => Promise<T>): Promise<T> {
  try {
    return await request();
  } catch (error) {
    const isUnauthorised = error instanceof RemoteFault && error.status === 401;
    if (!isUnauthorised) throw error;
    return request();
  }
}

/** How long to wait before asking again, in milliseconds; undefined if it is not to be. */
function pauseAfter(error: unknown, attempt: number, call: GraphCall<unknown>) {
  const base = pausesMs[attempt];
  if (!(error instanceof RemoteFault) || base === undefined) return undefined;
  const { reaction, retryAfter } = error;
  if (reaction !== 'again' && reaction !== 'later') return undefined;
  // Who writes to a mailbox wants to know at once, so that everything else to it stops too.
  if (call.gate && (reaction === 'later' || retryAfter !== undefined)) return undefined;
  const pause = retryAfter ?? base * (0.75 + Math.random() / 2);
  return pause <= longestPauseMs ? pause : undefined;
}

type LibraryRequest = ReturnType<Client['api']>;

/** Untyped by the library; `readAnswer` parses it. */
function send(request: LibraryRequest, call: GraphCall<unknown>): Promise<unknown> {
  if (call.method === 'GET') return request.get();
  if (call.method === 'DELETE') return request.delete();
  return request.post(call.body ?? '{}');
}

const sizeOf = (call: GraphCall<unknown>): number => Buffer.byteLength(call.body ?? '');

function splitBaseUrl(baseUrl: string): { origin: string; version: string } {
  const parts = /^(https?:\/\/.+)\/([^/]+)\/?$/.exec(baseUrl);
  const [, origin = '', version = ''] = parts ?? [];
  if (!parts || (baseUrl.startsWith('http:') && !isLoopback(baseUrl))) {
    throw new ConfigurationError([
      'GRAPH_BASE_URL must be an https address with the version, as in https://graph.microsoft.com/v1.0 (http only on loopback).',
    ]);
  }
  return { origin, version };
}

/** The same Graph, with all requests led through a mailbox's gate. */
export function throughGate(graph: Graph, gate: Gate): Graph {
  return {
    request: (call) => graph.request({ ...call, gate }),
    upload: (call) => graph.upload({ ...call, gate }),
  };
}
