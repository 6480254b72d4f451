import type { Bench } from './campaign.ts';
import { type Ending, play } from './play.ts';
import { entriesOf, zipOf } from './zips.ts';

type Change = (text: string) => string;

/** A run over samples of which one input, the first that fits, was changed by hand. */
export async function playChanged(
  { subject, samples, post }: Bench,
  input: RegExp,
  change: Change,
): Promise<Ending> {
  const found = samples.inputs.find(({ name }) => input.test(name));
  if (!found) throw new Error(`No input fits ${input}.`);
  const mutated = { name: found.name, bytes: await changed(found.bytes, change) };
  if (mutated.bytes.equals(found.bytes)) throw new Error('Nothing was changed.');
  const others = subject.alongWith?.(mutated, samples.inputs) ?? [];
  return (await play(subject, samples, post, [mutated, ...others])).ending;
}

/** Of a ZIP, the files in it. */
async function changed(bytes: Buffer, change: Change): Promise<Buffer> {
  if (bytes.toString('latin1', 0, 2) !== 'PK') return textOf(bytes, change);
  const files = await entriesOf(bytes);
  return zipOf(
    files.map(({ name, content }) => ({ name, content: textOf(content, change) })),
  );
}

const textOf = (bytes: Buffer, change: Change): Buffer =>
  Buffer.from(change(bytes.toString()));
