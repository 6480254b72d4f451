import type { Readable } from 'node:stream';
import { uuidFrom } from './ids.ts';

export interface Answer {
  status: number;
  headers: Record<string, string>;
  body: Buffer | Readable;
  /** The connection breaks off after so many bytes of the body. */
  cutAfter?: number;
}

export function json(
  status: number,
  value: unknown,
  headers: Record<string, string> = {},
): Answer {
  const body = Buffer.from(JSON.stringify(value));
  return {
    status,
    headers: {
      'Content-Type': 'application/json;charset=UTF-8',
      'Content-Length': String(body.byteLength),
      'Cache-Control': 'no-cache, no-store',
      ...headers,
    },
    body,
  };
}

export function html(
  status: number,
  text: string,
  headers: Record<string, string> = {},
): Answer {
  const body = Buffer.from(`<html><body><h1>${text}</h1></body></html>`);
  return {
    status,
    headers: {
      'Content-Type': 'text/html',
      'Content-Length': String(body.byteLength),
      ...headers,
    },
    body,
  };
}

let refusals = 0;

/** The shape in which Webex says no. The tracking id is in the body and in a header. */
export function refusal(
  status: number,
  message: string,
  headers: Record<string, string> = {},
): Answer {
  refusals += 1;
  const trackingId = `ROUTER_${uuidFrom('refusal', refusals).toUpperCase()}`;
  const body = { message, errors: [{ description: message }], trackingId };
  return json(status, body, { TrackingID: trackingId, ...headers });
}

export const sentences = {
  unauthorized:
    'The request requires a valid access token set in the Authorization request header.',
  forbidden:
    'The server understood the request, but refused to fulfill it because the access ' +
    'token is missing required scopes or the user is missing required roles or licenses.',
  notFound: 'The requested resource could not be found.',
  lookback: 'User is only authorized to search within past 90 days.',
  tooMany:
    'Too many requests have been sent in a given amount of time and the request has ' +
    'been rate limited.',
} as const;

export const notFound = () => refusal(404, sentences.notFound);
