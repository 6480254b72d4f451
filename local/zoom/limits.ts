import type { Answer } from '../simulation/answers.ts';
import { refusal } from './answers.ts';
import { perSecond, type RouteName } from './faults.ts';

export type Category = 'light' | 'medium' | 'heavy';

/** https://developers.zoom.us/docs/api/rest/rate-limits/ */
export const categories: Partial<Record<RouteName, Category>> = {
  users: 'medium',
  archiveFiles: 'medium',
  meetingArchive: 'light',
  history: 'heavy',
  userRecordings: 'medium',
  recordings: 'light',
  pastMeeting: 'light',
  participants: 'medium',
  reportParticipants: 'heavy',
};

export type RateLimits = Partial<Record<Category, number>>;

/** So many requests a second in each category, for the whole account. */
export function createRateLimit(limits: RateLimits, now: () => Date) {
  const windows = new Map<Category, { second: number; count: number }>();
  return (route: RouteName): Answer | undefined => {
    const category = categories[route];
    const most = category && limits[category];
    if (!category || most === undefined) return undefined;
    const second = Math.floor(now().getTime() / 1000);
    const known = windows.get(category);
    const current = known?.second === second ? known : { second, count: 0 };
    windows.set(category, current);
    current.count += 1;
    if (current.count <= most) return undefined;
    return refusal(429, 429, perSecond, {
      'X-RateLimit-Category': category,
      'X-RateLimit-Type': 'QPS',
      'X-RateLimit-Reset': String(second + 1),
      'Retry-After': new Date((second + 1) * 1000).toISOString(),
    });
  };
}

/** Requests that were on their way when a 429 was said can't be blamed. */
const graceMs = 250;

/** Remembers who was told to wait; the limit is the account's, so it is for all requests. */
export function createPatience(now: () => Date, violation: (text: string) => void) {
  let asked: { until: number; saidAt: number } | undefined;
  return {
    arrived(route: RouteName): void {
      if (!asked || now().getTime() >= asked.until) return;
      if (performance.now() - asked.saidAt < graceMs || route === 'token') return;
      violation(`${route}: asked again before Retry-After had elapsed`);
    },
    answered(answer: Answer): void {
      if (answer.status !== 429) return;
      const text = answer.headers['Retry-After'] ?? '';
      const until = /^\d+$/.test(text)
        ? now().getTime() + Number(text) * 1000
        : Date.parse(text);
      if (!Number.isNaN(until)) asked = { until, saidAt: performance.now() };
    },
  };
}
