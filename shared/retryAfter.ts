const dayMs = 24 * 60 * 60 * 1000;

const httpDate = /^[A-Za-z]{3,9},? .*\d\d:\d\d:\d\d/;
const isoDate = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/;

/**
 * How long a `Retry-After` header asks to wait, in milliseconds: seconds, an HTTP date, or the
 * ISO 8601 date that some vendors send in its place.
 * Undefined where there is none, or where it is nonsense. Never less than a second, so that a
 * careless 0 makes no hot loop, and never more than a day, which daily limits last.
 *
 * https://www.rfc-editor.org/rfc/rfc9110#name-retry-after
 */
export function retryAfterMs(header: string | null, now: Date): number | undefined {
  const text = header?.trim() ?? '';
  const ms = /^\d+(\.\d+)?$/.test(text) ? Number(text) * 1000 : untilDate(text, now);
  return ms === undefined ? undefined : Math.min(Math.max(ms, 1000), dayMs);
}

function untilDate(text: string, now: Date): number | undefined {
  // Date.parse takes much for a date ("rand(30),add(30)" is none, "30 s" would be one).
  const isDate = httpDate.test(text) || isoDate.test(text);
  if (!isDate) return undefined;
  const time = Date.parse(text);
  return Number.isNaN(time) ? undefined : time - now.getTime();
}
