import { type Answer, json } from '../simulation/answers.ts';
import { uuidFrom } from '../simulation/seeded.ts';

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
