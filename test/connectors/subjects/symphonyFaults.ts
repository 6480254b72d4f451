import type { FaultRule, RouteName } from '../../../local/symphony/faults.ts';
import type { CredentialProblem, Trouble } from '../subject.ts';
import { commonFaultFor } from './commonFaults.ts';

export function rulesFor(problem: CredentialProblem | undefined): FaultRule[] {
  if (problem !== 'a missing scope') return [];
  const times = Number.POSITIVE_INFINITY;
  return [{ fault: { kind: 'forbidden' }, routes: ['streams'], times }];
}

const withToken: RouteName[] = [
  ...(['session', 'streams', 'members', 'users', 'messages', 'attachment'] as const),
];

export function faultRuleFor(trouble: Trouble, now: Date): FaultRule {
  return trouble === 'an expired token'
    ? { fault: { kind: 'sessionsEnd' }, routes: withToken }
    : { fault: commonFaultFor(trouble, now) };
}
