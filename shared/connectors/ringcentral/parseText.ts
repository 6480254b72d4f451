/** Records have a handful of levels; deeper ones break whoever writes them as text again. */
const mostLevels = 100;

/** The text of a record, parsed, or why it can't be used: the end of a sentence. */
export type ParsedText = { value: unknown; problem?: string };

/** Never throws, whatever the text is. */
export function parseText(text: string): ParsedText {
  try {
    const value: unknown = JSON.parse(text);
    if (!isDeeper(value, mostLevels)) return { value };
    return { value: undefined, problem: `nested more than ${mostLevels} levels deep` };
  } catch {
    return { value: undefined, problem: 'no JSON' };
  }
}

/** Level by level: recursion would end with the stack. */
function isDeeper(value: unknown, levels: number): boolean {
  let level = [value];
  for (let depth = 0; depth <= levels; depth++) {
    level = level.flatMap(childrenOf);
    if (level.length === 0) return false;
  }
  return true;
}

const childrenOf = (value: unknown): unknown[] =>
  typeof value === 'object' && value !== null ? Object.values(value) : [];
