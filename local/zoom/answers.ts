import type { Readable } from 'node:stream';

export interface Answer {
  status: number;
  headers: Record<string, string>;
  body: Buffer | Readable;
  /** The connection breaks off after so many bytes of the body. */
  cutAfter?: number;
}

const jsonType = { 'Content-Type': 'application/json;charset=UTF-8' };

export function json(
  status: number,
  value: unknown,
  headers: Record<string, string> = {},
): Answer {
  return raw(status, JSON.stringify(value), { ...jsonType, ...headers });
}

export function html(
  status: number,
  text: string,
  headers: Record<string, string> = {},
): Answer {
  const body = `<!DOCTYPE html><html><body><h1>${text}</h1></body></html>`;
  return raw(status, body, { 'Content-Type': 'text/html', ...headers });
}

function raw(status: number, text: string, headers: Record<string, string>): Answer {
  const body = Buffer.from(text);
  const length = { 'Content-Length': String(body.byteLength) };
  return { status, headers: { ...length, ...headers }, body };
}

let refusals = 0;

/** The shape in which Zoom says no, with the id that its support asks for. */
export function refusal(
  status: number,
  code: number,
  message: string,
  headers: Record<string, string> = {},
): Answer {
  refusals += 1;
  const id = `v=2.0;clid=us06;rid=WEB_${refusals.toString(16).padStart(8, '0')}`;
  return json(status, { code, message }, { 'x-zm-trackingid': id, ...headers });
}

/** The scopes stand in quotes that nobody escaped: it is no JSON. */
export function missingScope(scope: string): Answer {
  const message = `Invalid access token, does not contain scopes:["${scope}"].`;
  return raw(400, `{"code":4711,"message":"${message}"}`, jsonType);
}

export const noMeeting = (uuid: string) =>
  refusal(404, 3001, `Meeting does not exist: ${uuid}.`);
