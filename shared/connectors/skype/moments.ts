import type { Head } from './emlSource.ts';

const earliest = Date.UTC(1990, 0, 1);
const latest = Date.UTC(2200, 0, 1);

/** A date and a time of day, as transcripts have them in front of a line. */
const stamp =
  /\b(\d{4}-\d\d?-\d\d?|\d\d?[/.]\d\d?[/.]\d{4})[T ,]{1,3}(\d\d?:\d\d(?::\d\d)?(?:\.\d+)?)( ?[AP]M)?( ?Z| ?[+-]\d\d:?\d\d)?/i;

/** When a session was: what its header says, or else the first time in its transcript. */
export function momentOf(head: Head, text: string): string | undefined {
  const other = head.lines.find((line) =>
    /^[\w-]*(start|sent|session|conversation)[\w-]*(time|date)[\w-]*:/i.test(line),
  );
  const candidates = [
    head.value('date'),
    other?.slice(other.indexOf(':') + 1),
    stampIn(text),
  ];
  for (const candidate of candidates) {
    const time = candidate === undefined ? Number.NaN : timeIn(candidate);
    if (time > earliest && time < latest) return new Date(time).toISOString();
  }
  return undefined;
}

export const stampIn = (text: string): string | undefined =>
  stamp.exec(text.slice(0, 4000))?.[0];

/** Without a zone it is UTC, as all of the archiving database: the same on every machine. */
function timeIn(text: string): number {
  const plain = text.trim().replace(/\s*\([^)]*\)$/, '');
  const hasZone = /(\b(Z|GMT|UTC|UT|[ECMP][SD]T)|\dZ|[+-]\d\d:?\d\d)$/i.test(plain);
  const isIso = /^\d{4}-\d\d-\d\dT/.test(plain);
  return Date.parse(hasZone ? plain : isIso ? `${plain}Z` : `${plain} UTC`);
}
