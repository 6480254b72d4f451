import { mutate } from './mutate.ts';
import type { Mutation } from './mutateJson.ts';
import type { Random } from './random.ts';
import { entriesOf, zipOf } from './zips.ts';

/** One change to one of the files in a ZIP, which stays whole otherwise. */
export async function mutateZip(zip: Buffer, random: Random): Promise<Mutation<Buffer>> {
  const entries = await entriesOf(zip);
  const at = random.below(entries.length);
  const { name = '', content = zip } = entries[at] ?? {};
  const mutation = await mutate(content, random);
  const changed = entries.with(at, { name, content: mutation.content });
  const what = `${mutation.what} in ${name}`;
  return { ...mutation, what, content: await zipOf(changed) };
}
