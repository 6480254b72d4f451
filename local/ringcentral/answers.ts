import { type Answer, json } from '../simulation/answers.ts';

/** The shape in which RingCentral says no: https://developers.ringcentral.com/guide/basics/errors */
export function refusal(
  status: number,
  errorCode: string,
  message: string,
  headers: Record<string, string> = {},
): Answer {
  const errors = [{ errorCode, message }];
  return json(status, { errorCode, message, errors }, headers);
}

/** RFC 6749 has names of its own, and RingCentral says both. */
export const oauthRefusal = (
  status: number,
  errorCode: string,
  error: string,
  message: string,
): Answer =>
  json(status, {
    ...{ error, error_description: message },
    errors: [{ errorCode, message }],
  });

export const notFound = (): Answer => refusal(404, 'CMN-102', 'Resource is not found.');
