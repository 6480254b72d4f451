import type { Answer } from '../simulation/answers.ts';
import { refusal, sentences } from './answers.ts';
import type { RouteName } from './faults.ts';

const minute = 60_000;

/** So many requests a minute for each token; Webex has about 300. */
export function createRateLimit(perMinute: number, now: () => Date) {
  const windows = new Map<string, { started: number; count: number }>();
  return (token: string): Answer | undefined => {
    const at = now().getTime();
    const known = windows.get(token);
    const current =
      known && at - known.started < minute ? known : { started: at, count: 0 };
    windows.set(token, current);
    current.count += 1;
    if (current.count <= perMinute) return undefined;
    const seconds = Math.max(1, Math.ceil((current.started + minute - at) / 1000));
    return refusal(429, sentences.tooMany, { 'Retry-After': String(seconds) });
  };
}

/** Requests that were on their way when a 429 was said can't be blamed. */
const graceMs = 250;

interface Request {
  route: RouteName;
  url: string;
}

/**
 * Remembers who was told to wait. A 423 is about one file, a 429 about all requests of a
 * route; the request that was refused itself has no excuse at all.
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
      if (answer.status !== 429 && answer.status !== 423) return;
      const until = untilOf(answer.headers['Retry-After'], now());
      if (until === undefined) return;
      requests.set(url, until);
      if (answer.status === 429) routes.set(route, { until, saidAt: performance.now() });
    },
  };
}

function untilOf(retryAfter: string | undefined, now: Date): number | undefined {
  if (retryAfter === undefined) return undefined;
  if (/^\d+$/.test(retryAfter)) return now.getTime() + Number(retryAfter) * 1000;
  const date = Date.parse(retryAfter);
  return /GMT$/.test(retryAfter) && !Number.isNaN(date) ? date : undefined;
}
