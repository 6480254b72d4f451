import type { Calm, Trial } from './judge.ts';
import { stranger } from './oddities.ts';
import type { Ending } from './play.ts';
import { catchAll, type Posted } from './post.ts';
import type { MutationSubject } from './subject.ts';

/**
 * Who got what they would not have got, and who did not get what they would have got.
 *
 * An item that the samples have goes to those to whom it went there; where somebody is left out,
 * the catch-all has it, or the log has a row. Where the input was about people, or its bytes were
 * changed, it may go to its author and to others of
 * its conversation, and where something of that is gone, nobody can say. An item that has become
 * another one goes to those of its conversation or, if that has become another one, too, to people
 * who share one in the samples. Somebody who took part in nothing never gets anything.
 */
export function audienceFaults(
  subject: MutationSubject,
  calm: Calm,
  { input, takesAway, isBlind = false }: Trial,
  { emails }: Ending,
): string[] {
  const talks = Map.groupBy(
    calm.ending.emails.values(),
    ({ item }) => item.conversation.id,
  );
  const isVague = isBlind || subject.isAboutPeople(input.name);
  return [...emails].flatMap(([key, posted]) => {
    const { itemId, event } = posted.item;
    const known = isVague ? undefined : calm.ending.emails.get(key);
    const around = talks.get(posted.item.conversation.id) ?? [];
    const isAllowed = known ? among([known]) : amongThese(posted, around, calm);
    const wrong = posted.mailboxes.filter((one) =>
      isVague && takesAway ? one === stranger : !isAllowed(one),
    );
    const left = known && !takesAway ? leftOut(known, posted) : [];
    return [
      ...(wrong.length > 0 ? [`${wrong} got ${itemId} (${event})`] : []),
      ...(left.length > 0 ? [`${left} did not get ${itemId} (${event})`] : []),
    ];
  });
}

function amongThese({ item, mailboxes }: Posted, around: Posted[], calm: Calm) {
  const author = item.author.address?.toLowerCase();
  const isNamed = among(around);
  const share = [...calm.ending.emails.values()].find((one) =>
    mailboxes.every(among([one])),
  );
  const areTogether = around.length === 0 && share !== undefined;
  return (one: string): boolean =>
    isNamed(one) || (one !== stranger && (one === author || areTogether));
}

const among = (emails: Posted[]) => {
  const mailboxes = new Set([catchAll, ...emails.flatMap((one) => one.mailboxes)]);
  return (one: string): boolean => mailboxes.has(one);
};

/** In their stead the catch-all has it, or the log has somebody of whom no mailbox is known. */
function leftOut(before: Posted, { mailboxes, unmapped }: Posted): string[] {
  if (mailboxes.includes(catchAll) || unmapped.length > before.unmapped.length) return [];
  return before.mailboxes.filter((one) => !mailboxes.includes(one));
}
