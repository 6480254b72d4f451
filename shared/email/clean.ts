/**
 * What must not reach a reader as it came: text from outside can hide, reverse or break off
 * what stands around it.
 */

// Embeddings, overrides and isolates: https://www.unicode.org/reports/tr9/#Explicit_Directional_Formatting_Characters
const bidiControls = /[\u202a-\u202e\u2066-\u2069]/g;
// Only the two overrides show letters in an order that the author did not type; the other
// direction marks are needed where right-to-left text holds numbers and names.
const bidiOverrides = /[\u202d\u202e]/g;
// Parsers drop the byte order mark without a word.
const controls = /[\p{Cc}\ufeff]/gu;
const controlsInText = /[^\P{Cc}\n\t]|\ufeff/gu;
const whitespace = /[\s\p{Cc}]+/gu;
const plainLine = /^(?! )(?:[!-~]| (?! ))*(?<! )$/;
const plainText = /^[\n\x20-\x7e]*$/;

/** One line of text without control or direction characters: for names, subjects, ids. */
export function cleanLine(value: string, limit = 250): string {
  const line = plainLine.test(value)
    ? value
    : value.replace(bidiControls, '').replace(whitespace, ' ').toWellFormed().trim();
  return shorten(line, limit);
}

/** A line for a header, whose parsers decode what only looks like an encoded word (RFC 2047). */
export function headerText(value: string, limit: number): string {
  return cleanLine(value, limit).replaceAll('=?', '= ?');
}

/** Text of many lines that end in `\n`, without control characters and direction overrides. */
export function cleanText(value: string): string {
  if (plainText.test(value)) return value;
  return value
    .replace(/\r\n?/g, '\n')
    .replace(controlsInText, '')
    .replace(bidiOverrides, '')
    .toWellFormed();
}

/** A file's name without control or direction characters, its spaces untouched. */
export function cleanName(value: string): string {
  return value
    .replace(/[\u2028\u2029]/g, ' ')
    .replace(controls, '')
    .replace(bidiControls, '')
    .toWellFormed();
}

/** At most `limit` UTF-16 units, an ellipsis in place of the rest. */
function shorten(value: string, limit: number): string {
  if (value.length <= limit) return value;
  const kept = value.slice(0, limit - 1);
  // A pair that was cut in half would become a replacement character.
  return `${kept.isWellFormed() ? kept : kept.slice(0, -1)}…`;
}
