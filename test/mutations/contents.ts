import type { Calm } from './judge.ts';
import type { Ending } from './play.ts';
import type { Posted } from './post.ts';

/**
 * Emails that hold less than in the samples, and don't say so. Nothing was taken away from the
 * input: what was a text or a file may have another form now, but is still there.
 */
export function shrunkEmails(calm: Calm, ending: Ending): string[] {
  const reported = new Set([...ending.rows, ...ending.gaps].map(({ itemId }) => itemId));
  return [...ending.emails].flatMap(([key, posted]) => {
    const before = calm.ending.emails.get(key);
    const { itemId, partial } = posted.item;
    if (!before || partial !== undefined || reported.has(itemId)) return [];
    return [
      ...(filesOf(posted) < filesOf(before)
        ? [`the email of ${itemId} lacks a file`]
        : []),
      ...(isEmpty(posted) && !isEmpty(before)
        ? [`the email of ${itemId} lacks its text`]
        : []),
    ];
  });
}

const filesOf = ({ item }: Posted): number => item.files.length + item.missing.length;

const isEmpty = ({ item: { text, html, quote, notes = [] } }: Posted): boolean =>
  [text, html ?? '', quote?.text ?? '', ...notes].every((one) => one.trim() === '');
