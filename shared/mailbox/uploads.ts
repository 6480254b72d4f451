import type { z } from 'zod';
import type { Clock } from '../clock.ts';
import { isLoopback } from '../secureUrl.ts';
import { localFault } from './faults.ts';
import { type Gate, readAnswer, timeLimit } from './graphAnswer.ts';
import { type Limit, sendOnce } from './transport.ts';

/** One request to an upload session. Its URL is as good as a key, and is never logged. */
export interface UploadCall<T> {
  method: 'GET' | 'PUT';
  url: string;
  body?: Buffer<ArrayBuffer>;
  headers?: Record<string, string>;
  answer: z.ZodType<T>;
  gate?: Gate;
}

/** How uploads are sent. */
export interface UploadOptions {
  baseUrl: string;
  clock: Clock;
  inFlight: Limit;
  fetch?: typeof fetch;
  limitMs?: number;
}

/** https://learn.microsoft.com/graph/outlook-large-attachments: no Authorization header. */
export function createUploads(options: UploadOptions) {
  async function once<T>(call: UploadCall<T>): Promise<T> {
    const { method, url, body, headers, gate } = call;
    const limitMs = timeLimit(body?.byteLength ?? 0, options.limitMs);
    const repeatable = method === 'GET';
    const terms = { limitMs, repeatable, mayStart: () => gate?.check(limitMs) };
    const answer = await sendOnce(options.fetch ?? fetch, options.inFlight, terms, url, {
      method,
      ...(headers && { headers }),
      ...(body && { body }),
    });
    return readAnswer(answer, call.answer, repeatable, options.clock.now());
  }

  return <T>(call: UploadCall<T>): Promise<T> => {
    if (!isTrusted(call.url, options.baseUrl)) {
      return Promise.reject(localFault('ForeignUploadUrl', false));
    }
    const { gate } = call;
    const request = () => once(call);
    return gate ? gate.run(call.body?.byteLength ?? 0, request) : request();
  };
}

const trustedHosts =
  /(^|\.)(office\.com|office365\.com|office365\.us|outlook\.com|outlook\.cn|partner\.outlook\.cn|microsoft\.com|microsoft\.us)$/;

/** What people wrote goes to Exchange Online, or where all of Graph is: on loopback. */
function isTrusted(url: string, baseUrl: string): boolean {
  if (!URL.canParse(url)) return false;
  const { protocol, hostname, origin } = new URL(url);
  if (isLoopback(baseUrl)) return origin === new URL(baseUrl).origin;
  return protocol === 'https:' && trustedHosts.test(hostname);
}
