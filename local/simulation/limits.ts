import type { Answer } from './answers.ts';
import type { Visit } from './visit.ts';

const minute = 60_000;

/** So many requests a minute for each; says how many seconds are left of the minute of who had more. */
export function createRateLimit(perMinute: number, now: () => Date) {
  const windows = new Map<string, { started: number; count: number }>();
  return (who: string): number | undefined => {
    const at = now().getTime();
    const known = windows.get(who);
    const isOpen = known && at - known.started < minute;
    const current = isOpen ? known : { started: at, count: 0 };
    windows.set(who, current);
    current.count += 1;
    if (current.count <= perMinute) return undefined;
    return Math.max(1, Math.ceil((current.started + minute - at) / 1000));
  };
}

/** Requests that were on their way when a 429 was said can't be blamed. */
const graceMs = 250;

/**
 * Remembers who was told to wait. A 423 is about one file, a 429 about all requests of a
 * route; the request that was refused itself has no excuse at all.
 */
export function createPatience(now: () => Date, violation: (text: string) => void) {
  const requests = new Map<string, number>();
  const routes = new Map<string, { until: number; saidAt: number }>();
  return {
    arrived({ route, request }: Visit<string>): void {
      const at = now().getTime();
      const asked = routes.get(route);
      const isLate = asked && performance.now() - asked.saidAt > graceMs;
      const isEarly = at < (requests.get(request) ?? 0) || (isLate && at < asked.until);
      if (isEarly) violation(`${route}: asked again before Retry-After had elapsed`);
    },
    answered({ route, request }: Visit<string>, { status, headers }: Answer): void {
      if (status !== 429 && status !== 423) return;
      const until = untilOf(headers['Retry-After'], now());
      if (until === undefined) return;
      requests.set(request, until);
      if (status === 429) routes.set(route, { until, saidAt: performance.now() });
    },
  };
}

function untilOf(retryAfter: string | undefined, now: Date): number | undefined {
  if (retryAfter === undefined) return undefined;
  if (/^\d+$/.test(retryAfter)) return now.getTime() + Number(retryAfter) * 1000;
  const date = Date.parse(retryAfter);
  return /GMT$/.test(retryAfter) && !Number.isNaN(date) ? date : undefined;
}
