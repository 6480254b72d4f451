import { buildItem } from './build.ts';
import type { Cursor } from './cursor.ts';
import type { ExportFile } from './entries.ts';
import type { OpenExport } from './library.ts';
import { type Listed, listRecord } from './listing.ts';
import { partOf, type Run } from './run.ts';
import type { RawRecord } from './splitRecords.ts';

/** Items whose files are fetched side by side, to be put on the page in their order. */
const groupSize = 8;
/** As much of a key as tells it from the others of a batch. */
const markOf = ({ key }: Listed): string => key.slice(0, 12);

/**
 * Some records of a file, as many as the page has room for. Returns where to go on: what was told
 * from known items once is not listed again, because each listed item is counted.
 */
export async function readBatch(
  run: Run,
  open: OpenExport,
  file: ExportFile,
  place: Cursor,
  batch: RawRecord[],
): Promise<Cursor> {
  const { work } = run;
  const window = partOf(run, place);
  const listed = batch
    .map((record) => listRecord(open.organisation, file, record, window))
    .filter((one) => one !== undefined)
    .map((one) => withoutDelivered(open, one))
    .filter((one) => one !== undefined);
  let left = await freshOf(run, place, listed);
  const here = (): Cursor => ({
    ...place,
    ...{ sifted: batch.length, due: left.map(markOf) },
  });
  while (left.length > 0 && !work.isFull()) {
    run.cursor = here();
    const group = left.slice(0, Math.min(groupSize, Math.max(1, work.itemsLeft())));
    await addGroup(run, open, group);
    left = left.slice(group.length);
  }
  if (left.length > 0) return here();
  const { sifted: _, due: __, ...rest } = place;
  return { ...rest, record: place.record + batch.length };
}

/**
 * A file that a post or a task has is a part of that for the members of its chat. For those of its
 * other chats it is an item of its own; undefined if there are none.
 */
function withoutDelivered({ survey }: OpenExport, listed: Listed): Listed | undefined {
  const { content } = listed;
  if (content.kind !== 'item' || content.parsed.kind !== 'file') return listed;
  const delivered = survey.attached.get(content.itemId);
  if (!delivered) return listed;
  const { source } = content.parsed;
  const chatIds = (source.chatIds ?? []).filter((id) => !delivered.has(id));
  if (chatIds.length === 0) return undefined;
  const parsed = { ...content.parsed, source: { ...source, chatIds } };
  return { ...listed, content: { ...content, parsed } };
}

async function freshOf(
  { work }: Run,
  { due }: Cursor,
  listed: Listed[],
): Promise<Listed[]> {
  if (!due) return work.freshOf(listed);
  const marks = new Set(due);
  return work.once(listed.filter((one) => marks.has(markOf(one))));
}

/** All of them, or none: what fails with one of them is thrown when all have ended. */
async function addGroup(
  { source, work }: Run,
  open: OpenExport,
  group: Listed[],
): Promise<void> {
  const outcomes = await Promise.allSettled(
    group.map(async (listed) =>
      listed.content.kind === 'item'
        ? buildItem(source, work, open, listed, listed.content)
        : { reject: listed.content.reject },
    ),
  );
  const failure = outcomes.find((outcome) => outcome.status === 'rejected');
  if (failure) throw failure.reason;
  for (const outcome of outcomes) {
    if (outcome.status === 'fulfilled') work.add(outcome.value);
  }
}
