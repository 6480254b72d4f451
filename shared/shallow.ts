/** No vendor's JSON is nested so deeply; what is, is not meant to be read. */
const deepest = 100;
const stump = '(nested too deeply to be read)';

/**
 * What `JSON.parse` gave, with a few words in place of whatever is nested too deeply: all that
 * goes through it later, as `JSON.stringify` does, would run out of stack. One such value spoils
 * no list. Changes what it is given.
 */
export function shallow(value: unknown): unknown {
  cut(value, deepest);
  return value;
}

function cut(value: unknown, levels: number): void {
  if (typeof value !== 'object' || value === null) return;
  for (const [name, one] of Object.entries(value)) {
    if (typeof one !== 'object' || one === null) continue;
    if (levels > 0) cut(one, levels - 1);
    else Object.defineProperty(value, name, { value: stump, enumerable: true });
  }
}
