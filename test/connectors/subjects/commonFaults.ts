import type { Trouble } from '../subject.ts';

/** Faults that every simulated source knows by these names. */
export type CommonFault =
  | { kind: 'throttled'; retryAfter?: number | string | Date }
  | { kind: 'broken'; status: 503 }
  | { kind: 'reset'; when: 'beforeHeaders' }
  | { kind: 'cut' }
  | { kind: 'slow'; ms: number };

/** Troubles that are the same whoever the vendor is; a token is the vendor's own. */
export type CommonTrouble = Exclude<Trouble, 'an expired token'>;

/** `seconds`: what is waited for after a 429 that says so. */
export function commonFaultFor(
  trouble: CommonTrouble,
  now: Date,
  seconds = 2,
): CommonFault {
  switch (trouble) {
    case '429 with seconds':
      return { kind: 'throttled', retryAfter: seconds };
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
  }
}
