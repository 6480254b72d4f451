import { type Answer, bytes, json } from '../simulation/answers.ts';

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
