import type { Mutation } from './mutateJson.ts';
import { hostileTexts, oddDates, oddTexts, stranger, veryLong } from './oddities.ts';
import type { Random } from './random.ts';

type Change = (lines: string[], at: number, random: Random) => string[];

/** One change to a text by its lines, as a mail, a transcript or a list in CSV has them. */
export function mutateLines(text: string, random: Random): Mutation<string> {
  const newline = text.includes('\r\n') ? '\r\n' : '\n';
  const lines = text.split(newline);
  const [what, change] = random.pick([...Object.entries(changes)]);
  const content = change(lines, random.below(lines.length), random).join(newline);
  return { content, what, takesAway: true };
}

const inPlace = (change: (line: string, random: Random) => string): Change => {
  return (lines, at, random) => lines.with(at, change(lines[at] ?? '', random));
};

const changes: Record<string, Change> = {
  'a line left out': (lines, at) => lines.toSpliced(at, 1),
  'a line twice': (lines, at) => lines.toSpliced(at, 0, lines[at] ?? ''),
  'two lines exchanged': (lines, at) => {
    const [one = '', next = ''] = lines.slice(at, at + 2);
    return lines.toSpliced(at, 2, next, one);
  },
  'an empty line between': (lines, at) => lines.toSpliced(at, 0, ''),
  'a line emptied': inPlace(() => ''),
  'a line without its beginning': inPlace((line) =>
    line.slice(Math.ceil(line.length / 3)),
  ),
  'a line cut short': inPlace((line) => line.slice(0, line.length / 2)),
  'a line without its colon': inPlace((line) => line.replace(/[:,;=]/, '')),
  'a line folded': inPlace((line) => line.replace(' ', '\r\n ')),
  'a very long line': inPlace((line) => line + veryLong('z')),
  'a line with another boundary': inPlace((line) => line.replace(/(--|=")(.)/, '$1!$2')),
  'a line with an odd date': inPlace((line, random) =>
    line.replace(/[\d][\d:.\- T/,]{4,}/, random.pick(oddDates)),
  ),
  'a line with odd text': inPlace((line, random) => line + random.pick(oddTexts)),
  'something hostile in a line': inPlace((line, random) => {
    const text = random.pick(hostileTexts).replace(/[\r\n]+/g, ' ');
    // Whoever stands there is a recipient, and nobody can tell that they are not.
    const isHeader = /^\ufeff?(from|to|cc|bcc|sender):/i.test(line);
    return line + (isHeader ? text.replaceAll(stranger, '') : text);
  }),
};
