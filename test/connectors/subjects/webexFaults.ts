import type { FaultRule, RouteName } from '../../../local/webex/faults.ts';
import type { CredentialProblem, Trouble } from '../subject.ts';
import { commonFaultFor } from './commonFaults.ts';

/** Webex does not tell who is in a space, nor why. */
export const untold: FaultRule = {
  ...{ fault: { kind: 'forbidden' }, routes: ['memberships'] },
  times: Number.POSITIVE_INFINITY,
};

export function rulesFor(problem: CredentialProblem | undefined): FaultRule[] {
  if (problem !== 'a missing scope') return [];
  const times = Number.POSITIVE_INFINITY;
  return [{ fault: { kind: 'forbidden' }, routes: ['events'], times }];
}

const withToken: RouteName[] = [
  'events',
  'message',
  'room',
  'memberships',
  'people',
  'me',
  'content',
];

export function faultRuleFor(trouble: Trouble, now: Date): FaultRule {
  return trouble === 'an expired token'
    ? { fault: { kind: 'unauthorized' }, routes: withToken }
    : { fault: commonFaultFor(trouble, now) };
}
