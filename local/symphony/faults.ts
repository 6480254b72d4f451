import { type Answer, html, json } from '../simulation/answers.ts';
import { disguised, refusal, sentences } from './answers.ts';
import { fractionsFrom } from './ids.ts';

export const routeNames = [
  ...(['login', 'relay', 'session', 'streams', 'members', 'users', 'info'] as const),
  ...(['messages', 'message', 'attachment', 'unknown'] as const),
];
export type RouteName = (typeof routeNames)[number];

export type Fault =
  /** 401 with a session that is good. */
  | { kind: 'unauthorized' }
  /** 403: an entitlement is missing. */
  | { kind: 'forbidden' }
  | { kind: 'notFound' }
  /** A number means seconds, a `Date` an HTTP date; text goes as it is. */
  | { kind: 'throttled'; retryAfter?: number | string | Date }
  | { kind: 'broken'; status: 500 | 502 | 503 | 504 }
  | { kind: 'reset'; when: 'beforeHeaders' | 'afterHeaders' }
  /** The body ends half way. */
  | { kind: 'cut' }
  | { kind: 'slow'; ms: number }
  /** 200, and somebody else's page. */
  | { kind: 'page' }
  /** 200, and JSON of another form. */
  | { kind: 'odd' }
  /** 200, the content type of a file, and an error. */
  | { kind: 'disguised'; code: number }
  /** All sessions end. */
  | { kind: 'sessionsEnd' };

export interface FaultRule {
  fault: Fault;
  /** All, if absent. */
  routes?: RouteName[];
  /** How often it strikes; once, if absent. */
  times?: number;
  /** How many requests of these routes it lets pass first. */
  after?: number;
  /** How likely it strikes, 0 to 1. */
  chance?: number;
}

export interface Faults {
  seed?: string;
  /** May be changed while the server runs. */
  rules: FaultRule[];
}

/** Decides what goes wrong with a request; the first rule that strikes wins. */
export function createFate(faults: Faults): (route: RouteName) => Fault | undefined {
  const fraction = fractionsFrom(faults.seed ?? 'faults');
  const counts = new Map<FaultRule, { seen: number; struck: number }>();
  const strikes = (rule: FaultRule, route: RouteName): boolean => {
    if (rule.routes && !rule.routes.includes(route)) return false;
    const count = counts.get(rule) ?? { seen: 0, struck: 0 };
    counts.set(rule, count);
    count.seen += 1;
    if (count.seen <= (rule.after ?? 0) || count.struck >= (rule.times ?? 1))
      return false;
    if (rule.chance !== undefined && fraction() >= rule.chance) return false;
    count.struck += 1;
    return true;
  };
  return (route) => faults.rules.find((rule) => strikes(rule, route))?.fault;
}

/** The answer in place of the real one, where the fault has one. */
export function faultAnswer(fault: Fault): Answer | undefined {
  switch (fault.kind) {
    case 'unauthorized':
      return refusal(401, sentences.unauthorized);
    case 'forbidden':
      return refusal(403, sentences.forbidden);
    case 'notFound':
      return refusal(404, sentences.notFound);
    case 'throttled':
      return html(429, 'Too Many Requests', retryAfterHeader(fault.retryAfter));
    case 'broken':
      return refusal(fault.status, 'Something went wrong on the server.');
    case 'page':
      return html(200, 'Welcome to the network. Please sign in.');
    case 'odd':
      return json(200, { unexpected: true });
    case 'disguised':
      return disguised(200, fault.code, 'Something went wrong.');
    default:
      return undefined;
  }
}

function retryAfterHeader(value: number | string | Date | undefined) {
  if (value === undefined) return {};
  const text = value instanceof Date ? value.toUTCString() : String(value);
  return { 'Retry-After': text };
}

/** The real answer, spoilt. */
export function spoil(answer: Answer, fault: Fault | undefined): Answer {
  if (fault?.kind === 'reset') return { ...answer, cutAfter: 0 };
  if (fault?.kind !== 'cut') return answer;
  const whole = Number(answer.headers['Content-Length'] ?? 2);
  return { ...answer, cutAfter: Math.floor(whole / 2) };
}
