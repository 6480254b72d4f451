import { type Answer, html } from '../simulation/answers.ts';
import type { RouteName } from './faults.ts';

const minute = 60_000;

/** So many requests a minute, from wherever they come: Symphony counts by address. */
export function createRateLimit(perMinute: number, now: () => Date) {
  let window = { started: 0, count: 0 };
  return (): Answer | undefined => {
    const at = now().getTime();
    if (at - window.started >= minute) window = { started: at, count: 0 };
    window.count += 1;
    if (window.count <= perMinute) return undefined;
    const seconds = Math.max(1, Math.ceil((window.started + minute - at) / 1000));
    return html(429, 'Too Many Requests', { 'Retry-After': String(seconds) });
  };
}

/** Requests that were on their way when a 429 was said can't be blamed. */
const graceMs = 250;

interface Request {
  route: RouteName;
  url: string;
}

/**
 * Remembers who was told to wait. A 429 is about all requests of a route; the request that was
 * refused itself has no excuse at all.
 */
export function createPatience(now: () => Date, violation: (text: string) => void) {
  const requests = new Map<string, number>();
  const routes = new Map<RouteName, { until: number; saidAt: number }>();
  return {
    arrived({ route, url }: Request): void {
      const at = now().getTime();
      const asked = routes.get(route);
      const isLate = asked && performance.now() - asked.saidAt > graceMs;
      const isEarly = at < (requests.get(url) ?? 0) || (isLate && at < asked.until);
      if (isEarly) violation(`${route}: asked again before Retry-After had elapsed`);
    },
    answered({ route, url }: Request, answer: Answer): void {
      if (answer.status !== 429) return;
      const until = untilOf(answer.headers['Retry-After'], now());
      if (until === undefined) return;
      requests.set(url, until);
      routes.set(route, { until, saidAt: performance.now() });
    },
  };
}

function untilOf(retryAfter: string | undefined, now: Date): number | undefined {
  if (retryAfter === undefined) return undefined;
  if (/^\d+$/.test(retryAfter)) return now.getTime() + Number(retryAfter) * 1000;
  const date = Date.parse(retryAfter);
  return /GMT$/.test(retryAfter) && !Number.isNaN(date) ? date : undefined;
}
