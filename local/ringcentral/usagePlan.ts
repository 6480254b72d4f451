import type { Answer } from '../simulation/answers.ts';
import { refusal } from './answers.ts';
import type { RouteName } from './faults.ts';

type Group = 'Light' | 'Medium' | 'Heavy' | 'Auth';

/** https://developers.ringcentral.com/guide/basics/rate-limits: the defaults, a minute. */
const limits: Record<Group, number> = { Light: 50, Medium: 40, Heavy: 10, Auth: 5 };
const groups: Partial<Record<RouteName, Group>> = {
  token: 'Auth',
  listTasks: 'Medium',
  readTask: 'Medium',
  createTask: 'Heavy',
  dataset: 'Heavy',
};
const windowMs = 60_000;
const penaltyMs = 60_000;

/**
 * Usage plan groups with sliding windows. Whoever asks again during a group's penalty makes it
 * begin anew, and should have known.
 */
export function createUsagePlan(
  now: () => Date,
  violation: (text: string) => void,
  changed: Partial<Record<Group, number>> = {},
) {
  const seen = new Map<Group, number[]>();
  const penalties = new Map<Group, number>();
  const most = { ...limits, ...changed };

  const penalty = (group: Group, withHeader: boolean): Answer => {
    penalties.set(group, now().getTime() + penaltyMs);
    return refusal(429, 'CMN-301', 'Request rate exceeded.', {
      ...headers(group),
      ...(withHeader && { 'Retry-After': String(penaltyMs / 1000) }),
    });
  };

  const headers = (group: Group): Record<string, string> => {
    const used = seen.get(group)?.length ?? 0;
    return {
      'X-Rate-Limit-Group': group.toLowerCase(),
      'X-Rate-Limit-Limit': String(most[group]),
      'X-Rate-Limit-Remaining': String(Math.max(0, most[group] - used)),
      'X-Rate-Limit-Window': String(windowMs / 1000),
    };
  };

  return {
    /** The refusal, if the group has had too much. */
    check(route: RouteName): Answer | undefined {
      const group = groups[route];
      if (!group) return undefined;
      const at = now().getTime();
      if (at < (penalties.get(group) ?? 0)) {
        violation(`${route}: asked during the penalty of its group`);
        return penalty(group, true);
      }
      const recent = (seen.get(group) ?? []).filter((time) => time > at - windowMs);
      seen.set(group, [...recent, at]);
      return recent.length >= most[group] ? penalty(group, true) : undefined;
    },
    headersFor(route: RouteName): Record<string, string> {
      const group = groups[route];
      return group ? headers(group) : {};
    },
  };
}
