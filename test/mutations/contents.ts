import type { Calm } from './judge.ts';
import type { Ending } from './play.ts';
import type { Posted } from './post.ts';

/**
 * Emails that hold less than in the samples, and don't say so. Nothing was taken away from the
 * input, so that what was a text or a file is still there, in whatever form.
 */
export function shrunkEmails(calm: Calm, ending: Ending): string[] {
  const reported = reportedIn(ending);
  return [...ending.emails].flatMap(([key, posted]) => {
    const before = calm.ending.emails.get(key);
    const { itemId, conversation } = posted.item;
    if (!before || reported.has(itemId) || reported.has(conversation.id)) return [];
    const isLess = filesOf(posted) < filesOf(before) && !areElsewhere(before, ending);
    return [
      ...(isLess ? [`the email of ${itemId} lacks a file`] : []),
      ...(isEmpty(posted) && !isEmpty(before) ? [`the email of ${itemId} is empty`] : []),
    ];
  });
}

/** Items of which the log says something, and conversations in which something is partial. */
function reportedIn({ emails, rows, gaps }: Ending): Set<string> {
  const partial = [...emails.values()].filter(({ item }) => item.partial !== undefined);
  return new Set([
    ...[...rows, ...gaps].map(({ itemId }) => itemId),
    ...partial.flatMap(({ item }) => [item.itemId, item.conversation.id]),
  ]);
}

const filesOf = ({ item }: Posted): number => item.files.length + item.missing.length;

/** A file may have become an email of its own. */
function areElsewhere({ item }: Posted, { emails }: Ending): boolean {
  const all = [...emails.values()].flatMap((posted) => posted.item.files);
  return item.files.every(({ sha256 }) => all.some((one) => one.sha256 === sha256));
}

const isEmpty = ({ item }: Posted): boolean => {
  const { text, html = '', quote, notes = [], missing } = item;
  const texts = [text, html, quote?.text ?? '', ...notes];
  return missing.length === 0 && texts.every((one) => one.trim() === '');
};
