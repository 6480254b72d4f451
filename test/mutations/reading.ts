import { createHash } from 'node:crypto';
import type { Thing } from './subject.ts';

/** The JSON in bytes; undefined where there is none. */
export function jsonIn(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch {
    return undefined;
  }
}

/** A field of what may be anything. */
export const fieldOf = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? Object.entries(value).find(([one]) => one === name)?.[1]
    : undefined;

/**
 * The elements of a list in a JSON document, at a path of names. What stands in the place of a list
 * and is none is one element, that nobody may overlook.
 */
export function listIn(bytes: Buffer, ...path: string[]): unknown[] {
  const found = path.reduce(fieldOf, jsonIn(bytes));
  if (found === undefined || found === null) return [];
  return Array.isArray(found) ? found : [found];
}

/** The text at a path of names, or the number as text; nothing where there is neither. */
export function stringsAt(value: unknown, ...path: string[]): string[] {
  const found = path.reduce(fieldOf, value);
  if (typeof found === 'number') return [String(found)];
  return typeof found === 'string' && found !== '' ? [found] : [];
}

export const thingOf = (
  value: unknown,
  names: string[],
  more: Pick<Thing, 'says' | 'leadsTo'> = {},
): Thing => ({ ...{ names, content: contentOf(value) }, ...more });

/** What is nested too deeply to be written is like nothing else. */
function contentOf(value: unknown): string {
  try {
    return createHash('sha256')
      .update(JSON.stringify(value) ?? '')
      .digest('hex');
  } catch {
    return 'too deep';
  }
}
