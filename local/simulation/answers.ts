import type { Readable } from 'node:stream';

/** What a simulated vendor answers. */
export interface Answer {
  status: number;
  headers: Record<string, string>;
  body: Buffer | Readable;
  /** The connection breaks off after so many bytes of the body. */
  cutAfter?: number;
}

export const jsonType = 'application/json;charset=UTF-8';

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

export function json(
  status: number,
  value: unknown,
  headers: Record<string, string> = {},
): Answer {
  const body = Buffer.from(JSON.stringify(value));
  const fresh = { 'Cache-Control': 'no-cache, no-store' };
  return bytes(status, jsonType, body, { ...fresh, ...headers });
}

export function html(
  status: number,
  text: string,
  headers: Record<string, string> = {},
): Answer {
  const body = Buffer.from(`<!DOCTYPE html><html><body><h1>${text}</h1></body></html>`);
  return bytes(status, 'text/html', body, headers);
}

export const nothing = (): Answer => ({ status: 204, headers: {}, body: Buffer.of() });

export const redirect = (location: string): Answer => ({
  status: 302,
  headers: { Location: location, 'Content-Length': '0' },
  body: Buffer.of(),
});
