import { type FaultRule, routeNames } from '../../../local/zoom/faults.ts';
import type { CredentialProblem, Trouble } from '../subject.ts';
import { commonFaultFor } from './commonFaults.ts';

export function rulesFor(problem: CredentialProblem | undefined): FaultRule[] {
  if (problem !== 'a missing scope') return [];
  const times = Number.POSITIVE_INFINITY;
  return [
    { fault: { kind: 'missingScope' }, routes: ['archiveFiles', 'history'], times },
  ];
}

const withToken = routeNames.filter((name) => name !== 'token');

export function faultRuleFor(trouble: Trouble, now: Date): FaultRule {
  return trouble === 'an expired token'
    ? { fault: { kind: 'unauthorized' }, routes: withToken }
    : { fault: commonFaultFor(trouble, now) };
}
