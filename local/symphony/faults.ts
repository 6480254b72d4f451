import { type Answer, html, json } from '../simulation/answers.ts';
import {
  type FaultRule as AnyFaultRule,
  type CommonFault,
  retryAfter,
} from '../simulation/faults.ts';
import { disguised, refusal, sentences } from './answers.ts';

export const routeNames = [
  ...([
    'login',
    'relay',
    'session',
    'streams',
    'members',
    'users',
    'everybody',
    'info',
  ] as const),
  ...(['messages', 'message', 'attachment', 'unknown'] as const),
];
export type RouteName = (typeof routeNames)[number];

export type Fault =
  | CommonFault
  /** 403: an entitlement is missing. */
  | { kind: 'forbidden' }
  | { kind: 'notFound' }
  /** 200, and JSON of another form. */
  | { kind: 'odd' }
  /** 200, the content type of a file, and an error. */
  | { kind: 'disguised'; code: number }
  /** All sessions end. */
  | { kind: 'sessionsEnd' };

export type FaultRule = AnyFaultRule<Fault, RouteName>;

/** The answer in place of the real one, where the fault has one. */
export function faultAnswer(fault: Fault): Answer | undefined {
  switch (fault.kind) {
    case 'unauthorized':
      return refusal(401, sentences.unauthorized);
    case 'forbidden':
      return refusal(403, sentences.forbidden);
    case 'notFound':
      return refusal(404, sentences.notFound);
    case 'throttled':
      return html(429, 'Too Many Requests', retryAfter(fault));
    case 'broken':
      return refusal(fault.status, 'Something went wrong on the server.');
    case 'odd':
      return json(200, { unexpected: true });
    case 'disguised':
      return disguised(200, fault.code, 'Something went wrong.');
    default:
      return undefined;
  }
}
