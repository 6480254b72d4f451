import { type Answer, bytes, json, jsonType } from '../simulation/answers.ts';

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
  return bytes(400, jsonType, Buffer.from(`{"code":4711,"message":"${message}"}`));
}

export const noMeeting = (uuid: string) =>
  refusal(404, 3001, `Meeting does not exist: ${uuid}.`);
