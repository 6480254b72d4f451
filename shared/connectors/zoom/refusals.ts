import { SourceFailure } from '../page/sourceFaults.ts';
import { ZoomRefusal } from './faults.ts';
import type { Need } from './features.ts';

/** An answer in which Zoom says no, as far as it can be understood. */
export interface No {
  status: number;
  code: number | undefined;
  /** Zoom's own words; for decisions, never for logs. */
  message: string;
}

/**
 * Zoom's number and words in an error's body. It is not parsed as JSON: a missing scope is told
 * with quotes that nobody escaped.
 */
export function readNo(status: number, body: string): No {
  const code = /"(?:code|errorCode)"\s*:\s*"?(\d+)/.exec(body)?.[1];
  const message = /"(?:message|reason|errorMessage)"\s*:\s*"(.*)/s.exec(body)?.[1] ?? '';
  return { status, code: code === undefined ? undefined : Number(code), message };
}

/** A scope is missing. https://developers.zoom.us/docs/internal-apps/s2s-oauth/ */
const scopeCodes = [104, 4711];
/** "Only available for Paid account", or a feature that is not switched on. */
export const planCode = 200;

/**
 * What a refusal comes to: one that concerns the whole source is a `SourceFailure`. Without a plan
 * that it could be about, the refusal concerns one meeting, as of a host without a licence.
 */
export function refusalOf(
  { status, code, message }: No,
  { what, scope, plan }: Need,
  prefix: string,
): ZoomRefusal | SourceFailure {
  const isScope =
    (code !== undefined && scopeCodes.includes(code)) ||
    (status === 403 && /scope/i.test(message));
  if (isScope) {
    const sentence = `Zoom refused ${what}: the app lacks the scope ${scope}. Add it in marketplace.zoom.us (Scopes); it counts from the next token on.`;
    return new SourceFailure(sentence, true);
  }
  if (code === planCode && plan) {
    return new SourceFailure(`Zoom refused ${what}: ${plan}`, true);
  }
  if (status === 401) {
    const sentence = `Zoom refused a token that it had just given when asked for ${what}: check that the app is still active, and that ${prefix}BASE_URL is of the account's region (https://api.zoom.us/v2 serves all of them).`;
    return new SourceFailure(sentence, true);
  }
  return new ZoomRefusal(what, status, code);
}
