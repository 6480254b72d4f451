import type { OpenGap } from '../connector.ts';
import type { DropStore } from '../dropStore.ts';
import { folders, type Run } from './run.ts';

const strayGap = 'strays';
const mostNamed = 5;
const mostNameLength = 100;

/** What lies where nothing is read is a gap: somebody meant it to be archived. */
export async function noteStrays({ source, work }: Run): Promise<void> {
  const [first, ...others] = await straysIn(source.drop);
  // One that is given up in this run comes anew in the next.
  if (first === undefined || work.gap(strayGap)?.expired) return;
  const named = [first, ...others].slice(0, mostNamed).map(shortened);
  const more = others.length + 1 - named.length;
  const list = [...named, ...(more > 0 ? [`${more} more`] : [])].join(', ');
  const reason = `Nothing is read outside ${folders.eml} and ${folders.chat}, but something lies there: ${list}. Move it to where it belongs, or delete it.`;
  const retry = { kind: 'stray' };
  work.add({ gaps: [{ object: strayGap, itemId: shortened(first), reason, retry }] });
}

export async function retryStrays(
  { source, work }: Run,
  { object, expired }: OpenGap,
): Promise<void> {
  const [first] = await straysIn(source.drop);
  if (first === undefined || expired) work.resolve(object, first !== undefined);
}

const known: readonly string[] = [folders.eml, folders.chat, folders.rejected];

const straysIn = async (drop: DropStore): Promise<string[]> =>
  (await drop.top()).filter((place) => !known.includes(place));

const shortened = (name: string): string => name.slice(0, mostNameLength);
