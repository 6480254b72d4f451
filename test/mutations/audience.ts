import type { Calm, Trial } from './judge.ts';
import { stranger } from './oddities.ts';
import type { Ending } from './play.ts';
import { catchAll, type Posted } from './post.ts';
import type { MutationSubject } from './subject.ts';

/**
 * Who got what they would not have got. An item that the samples have goes to those alone to whom
 * it went there; one that has become another one, or whose rosters were changed, to its author and
 * those of its conversation; one whose conversation has become another one, to people who share one
 * in the samples. The catch-all may get anything, and somebody who took part in nothing never does.
 */
export function audienceFaults(
  subject: MutationSubject,
  calm: Calm,
  { input }: Trial,
  { emails }: Ending,
): string[] {
  const byConversation = conversationsIn(calm);
  const isVague = subject.isAboutPeople(input.name);
  const faults: string[] = [];
  for (const [key, { item, mailboxes }] of emails) {
    const known = calm.ending.emails.get(key);
    const around = byConversation.get(item.conversation.id) ?? new Set<string>();
    const allowed = new Set(known && !isVague ? known.mailboxes : around);
    if (item.author.address && (!known || isVague))
      allowed.add(item.author.address.toLowerCase());
    const readers = mailboxes.filter((one) => one !== catchAll);
    if (!known && around.size === 0 && areTogether(readers, calm)) continue;
    const wrong = readers.filter((one) => one === stranger || !allowed.has(one));
    if (wrong.length > 0) faults.push(`${wrong} got ${item.itemId} (${item.event})`);
  }
  return faults;
}

const areTogether = (readers: string[], { ending }: Calm): boolean =>
  [...ending.emails.values()].some(({ mailboxes }) =>
    readers.every((one) => mailboxes.includes(one)),
  );

function conversationsIn({ ending }: Calm): Map<string, Set<string>> {
  const byId = Map.groupBy(ending.emails.values(), ({ item }) => item.conversation.id);
  const everybody = (posted: Posted[]) =>
    new Set(posted.flatMap(({ mailboxes }) => mailboxes));
  return new Map([...byId].map(([id, posted]) => [id, everybody(posted)]));
}
