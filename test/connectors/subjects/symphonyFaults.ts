import type { Fault, FaultRule, RouteName } from '../../../local/symphony/faults.ts';
import type { CredentialProblem, Trouble } from '../subject.ts';

export function rulesFor(problem: CredentialProblem | undefined): FaultRule[] {
  if (problem !== 'a missing scope') return [];
  const times = Number.POSITIVE_INFINITY;
  return [{ fault: { kind: 'forbidden' }, routes: ['streams'], times }];
}

const withToken: RouteName[] = [
  ...(['session', 'streams', 'members', 'users', 'messages', 'attachment'] as const),
];

export function faultRuleFor(trouble: Trouble, now: Date): FaultRule {
  const routes = trouble === 'an expired token' ? { routes: withToken } : {};
  return { fault: faultFor(trouble, now), ...routes };
}

function faultFor(trouble: Trouble, now: Date): Fault {
  switch (trouble) {
    case '429 with seconds':
      return { kind: 'throttled', retryAfter: 2 };
    case '429 with an hour':
      return { kind: 'throttled', retryAfter: 3600 };
    case '429 with a date':
      return { kind: 'throttled', retryAfter: new Date(now.getTime() + 20_000) };
    case '429 with nonsense':
      return { kind: 'throttled', retryAfter: 'rand(30),add(30)' };
    case '429 with nothing':
      return { kind: 'throttled' };
    case '503':
      return { kind: 'broken', status: 503 };
    case 'a reset connection':
      return { kind: 'reset', when: 'beforeHeaders' };
    case 'half an answer':
      return { kind: 'cut' };
    case 'a slow answer':
      return { kind: 'slow', ms: 20 };
    case 'an expired token':
      return { kind: 'sessionsEnd' };
  }
}
