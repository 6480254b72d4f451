import type { Readable } from 'node:stream';

export interface Answer {
  status: number;
  headers: Record<string, string>;
  body: Buffer | Readable;
  /** The connection breaks off after so many bytes of the body. */
  cutAfter?: number;
}

export function bytes(
  status: number,
  contentType: string,
  body: Buffer,
  headers: Record<string, string> = {},
): Answer {
  return {
    status,
    headers: {
      'Content-Type': contentType,
      'Content-Length': String(body.byteLength),
      ...headers,
    },
    body,
  };
}

export const json = (
  status: number,
  value: unknown,
  headers: Record<string, string> = {},
): Answer =>
  bytes(
    status,
    'application/json;charset=UTF-8',
    Buffer.from(JSON.stringify(value)),
    headers,
  );

export const html = (status: number, text: string, headers = {}): Answer =>
  bytes(
    status,
    'text/html',
    Buffer.from(`<html><body><h1>${text}</h1></body></html>`),
    headers,
  );

export const nothing = (): Answer => ({
  status: 204,
  headers: {},
  body: Buffer.alloc(0),
});

/** The shape in which Symphony says no. */
export const refusal = (
  code: number,
  message: string,
  headers: Record<string, string> = {},
): Answer => json(code, { code, message }, headers);

/** An attachment's error looks like an attachment. */
export const disguised = (status: number, code: number, message: string): Answer =>
  bytes(
    status,
    'application/octet-stream',
    Buffer.from(JSON.stringify({ code, message })),
  );

export const sentences = {
  unauthorized: 'Invalid session',
  forbidden: 'The user lacks the required entitlement to perform this operation',
  notFound: 'Not found',
} as const;
