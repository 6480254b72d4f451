const hourMs = 60 * 60 * 1000;

/**
 * How long a `Retry-After` header asks to wait, in milliseconds: seconds or an HTTP date.
 * Undefined where there is none, or where it is nonsense. Never less than a second, so that a
 * careless 0 makes no hot loop, and never more than an hour: then it is asked again.
 *
 * https://www.rfc-editor.org/rfc/rfc9110#name-retry-after
 */
export function retryAfterMs(header: string | null, now: Date): number | undefined {
  const text = header?.trim() ?? '';
  const ms = /^\d+(\.\d+)?$/.test(text) ? Number(text) * 1000 : untilDate(text, now);
  return ms === undefined ? undefined : Math.min(Math.max(ms, 1000), hourMs);
}

function untilDate(text: string, now: Date): number | undefined {
  // Date.parse takes much for a date ("rand(30),add(30)" is none, "30 s" would be one).
  if (!/^[A-Za-z]{3,9},? .*\d\d:\d\d:\d\d/.test(text)) return undefined;
  const time = Date.parse(text);
  return Number.isNaN(time) ? undefined : time - now.getTime();
}
