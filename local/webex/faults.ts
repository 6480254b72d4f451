import { type Answer, html } from '../simulation/answers.ts';
import {
  type FaultRule as AnyFaultRule,
  type CommonFault,
  retryAfter,
} from '../simulation/faults.ts';
import { refusal, sentences } from './answers.ts';

export const routeNames = [
  'accessToken',
  'events',
  'message',
  'room',
  'memberships',
  'team',
  'people',
  'me',
  'attachmentAction',
  'content',
  'unknown',
] as const;
export type RouteName = (typeof routeNames)[number];

export type Fault =
  | CommonFault
  /** 403: a scope is missing, or the compliance officer's role. */
  | { kind: 'forbidden' };

export type FaultRule = AnyFaultRule<Fault, RouteName>;

/** The answer in place of the real one, where the fault has one. */
export function faultAnswer(fault: Fault): Answer | undefined {
  switch (fault.kind) {
    case 'unauthorized':
      return refusal(401, sentences.unauthorized);
    case 'forbidden':
      return refusal(403, sentences.forbidden);
    case 'throttled':
      return html(429, 'Too Many Requests', retryAfter(fault));
    case 'broken':
      return refusal(fault.status, 'Something went wrong on the server.');
    default:
      return undefined;
  }
}
