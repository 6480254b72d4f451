import { setTimeout as delay } from 'node:timers/promises';
import { type Answer, html } from './answers.ts';
import { randomFrom } from './seeded.ts';

/** What can go wrong with a request to any vendor. */
export type CommonFault =
  /** 401 with a token that is good. */
  | { kind: 'unauthorized' }
  /** 429. A number means seconds, a `Date` a date as the vendor writes it; text goes as it is. */
  | { kind: 'throttled'; retryAfter?: number | string | Date }
  | { kind: 'broken'; status: 500 | 502 | 503 | 504 }
  | { kind: 'reset'; when: 'beforeHeaders' | 'afterHeaders' }
  /** The body ends half way. What was asked for has been done all the same. */
  | { kind: 'cut' }
  | { kind: 'slow'; ms: number }
  /** 200, and somebody else's page. */
  | { kind: 'page' };

export interface FaultRule<Fault, Route> {
  fault: Fault;
  /** All, if absent. */
  routes?: Route[];
  /** The id that was asked for; all, if absent. */
  about?: string;
  /** How often it strikes; once, if absent. */
  times?: number;
  /** How many requests of these routes it lets pass first. */
  after?: number;
  /** How likely it strikes, 0 to 1. */
  chance?: number;
}

export interface Troubles<Fault, Route> {
  faults?: {
    seed?: string;
    /** May be changed while the server runs. */
    rules: FaultRule<Fault, Route>[];
  };
  latencyMs?: number;
}

interface AnyFault {
  kind: string;
  ms?: number;
  when?: 'beforeHeaders' | 'afterHeaders';
}

/**
 * Lets a request come to its answer, or to what goes wrong with it: the first rule that strikes
 * wins. Undefined where the connection is to be reset instead.
 */
export function createFate<Fault extends AnyFault, Route>(
  { faults, latencyMs }: Troubles<Fault, Route>,
  faultAnswer: (fault: Fault) => Answer | undefined,
) {
  const random = randomFrom(faults?.seed ?? 'faults');
  const counts = new Map<FaultRule<Fault, Route>, { seen: number; struck: number }>();

  function strikes(rule: FaultRule<Fault, Route>, route: Route, id: string): boolean {
    if (rule.routes && !rule.routes.includes(route)) return false;
    if (rule.about !== undefined && rule.about !== id) return false;
    const count = counts.get(rule) ?? { seen: 0, struck: 0 };
    counts.set(rule, count);
    count.seen += 1;
    if (count.seen <= (rule.after ?? 0)) return false;
    if (count.struck >= (rule.times ?? 1)) return false;
    if (rule.chance !== undefined && random() >= rule.chance) return false;
    count.struck += 1;
    return true;
  }

  return async (
    { route, id }: { route: Route; id: string },
    answer: () => Answer | Promise<Answer>,
  ): Promise<Answer | undefined> => {
    if (latencyMs) await delay(latencyMs);
    const fault = faults?.rules.find((rule) => strikes(rule, route, id))?.fault;
    if (fault?.ms) await delay(fault.ms);
    if (fault?.when === 'beforeHeaders') return undefined;
    if (fault?.kind === 'page') return html(200, 'Welcome. Please sign in.');
    const instead = fault && faultAnswer(fault);
    return instead ?? spoil(await answer(), fault?.kind);
  };
}

/** The real answer, spoilt. */
function spoil(answer: Answer, kind: string | undefined): Answer {
  if (kind === 'reset') return { ...answer, cutAfter: 0 };
  if (kind !== 'cut') return answer;
  const whole = Number(answer.headers['Content-Length'] ?? 2);
  return { ...answer, cutAfter: Math.floor(whole / 2) };
}

/** RFC 9110 has seconds and dates of its own; a vendor may have another way to write those. */
export function retryAfter(
  { retryAfter: value }: { retryAfter?: number | string | Date },
  written = (date: Date) => date.toUTCString(),
): Record<string, string> {
  if (value === undefined) return {};
  return { 'Retry-After': value instanceof Date ? written(value) : String(value) };
}
