import { base64 } from './ids.ts';

const publicId = /^Y2lzY29zcGFyazovL/;

/** The same ids as the vendor writes them on other days: padded, or with a newline. */
export function varyIds(item: unknown, turn: number): unknown {
  return mapStrings(item, (text) => {
    if (!publicId.test(text) || turn % 3 === 0) return text;
    const uri = Buffer.from(text, 'base64').toString('utf8');
    return turn % 3 === 1 ? Buffer.from(uri).toString('base64') : base64(`${uri}\n`);
  });
}

function mapStrings(value: unknown, change: (text: string) => string): unknown {
  if (typeof value === 'string') return change(value);
  if (Array.isArray(value)) return value.map((one) => mapStrings(one, change));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value);
  return Object.fromEntries(entries.map(([key, one]) => [key, mapStrings(one, change)]));
}
