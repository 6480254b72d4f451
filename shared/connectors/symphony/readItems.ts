import { takeListed } from '../page/takeListed.ts';
import { buildItem } from './buildItem.ts';
import type { Chunk } from './chunks.ts';
import type { Cursor } from './cursor.ts';
import type { Listed } from './listing.ts';
import type { Run } from './run.ts';

/** A chunk, or as much of it as the page has room for. */
export async function readItems(run: Run, cursor: Cursor, chunk: Chunk): Promise<void> {
  const { work } = run;
  const isThrough = await takeListed(
    work,
    chunk.items,
    cursor,
    (item) => take(run, item),
    (place) => {
      run.cursor = { ...chunk.here, ...place };
    },
  );
  if (!isThrough) return;
  run.cursor = chunk.next;
  work.touch();
}

async function take({ source, work }: Run, item: Listed): Promise<void> {
  const { content } = item;
  if (content.kind === 'reject') return work.add({ reject: content.reject });
  work.add(await buildItem(source, work, { ...item, content }));
}
