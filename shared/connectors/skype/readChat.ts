import type { DropFile } from '../dropStore.ts';
import { isComplianceFile } from './checkChat.ts';
import { chatEventOf } from './complianceEvent.ts';
import { readCompliance } from './complianceXml.ts';
import type { Cursor } from './cursor.ts';
import { CutFile } from './faults.ts';
import { lackOf, listedOf, rejectOf } from './listing.ts';
import { bytesOf, guarded } from './openFile.ts';
import type { FoundEvent, Place } from './rawEvent.ts';
import { folders, type Run } from './run.ts';
import { marks } from './settling.ts';
import { takeUploads } from './uploads.ts';
import { walk } from './walk.ts';

/** Events that are told from known ones at a time. */
const batchSize = 200;

/** What says nothing to others: it only tells who was there. */
const silent = new Set(['JOIN', 'PART', 'BACKCHAT', 'FILEDOWNLOAD']);

/** The messages and uploads of all files that were found whole. */
export const readChat = (run: Run, cursor: Cursor): Promise<void> =>
  walk(run, cursor, {
    prefix: folders.chat,
    batch: 1,
    isWanted: ({ path, mark }) =>
      isComplianceFile(path) && (mark === marks.whole || mark === marks.cut),
    visit: async ([file], from) =>
      file && guarded(run, file, () => readFile(run, file, from)),
  });

async function readFile(
  run: Run,
  file: DropFile,
  from: Place | undefined,
): Promise<Place | undefined> {
  const { source, work } = run;
  const open = async (start: number) => bytesOf(source.drop, file, start);
  try {
    for await (const found of readCompliance(open, from)) {
      for (const rest = [...found]; rest.length > 0; ) {
        const batch = rest.splice(0, Math.min(batchSize, work.itemsLeft()));
        await takeBatch(run, batch);
        work.touch();
        if (work.isFull()) return batch.at(-1)?.place;
      }
    }
  } catch (error) {
    // One that is archived as far as it goes ends where it breaks off.
    if (!(error instanceof CutFile) || file.mark !== marks.cut) throw error;
  }
  work.take(file);
  return undefined;
}

async function takeBatch({ source, work }: Run, batch: FoundEvent[]): Promise<void> {
  const listed = batch
    .map(({ event, channels }) => listedOf(chatEventOf(event, channels), channels[0]))
    .filter(({ event }) => !silent.has(event.type));
  const fresh = await work.freshOf(listed);
  const uploads = await takeUploads(
    source,
    work.request,
    fresh.filter(({ event }) => event.type === 'FILEUPLOAD' && event.time),
  );
  for (const item of fresh) {
    const lack = lackOf(item.event);
    if (lack !== undefined) {
      work.add({ reject: rejectOf(item, lack) });
      continue;
    }
    const { event, key, at, itemId, channel } = item;
    const upload = uploads.get(key);
    const isDoubtful = await work.rooms.use(event);
    const raw = {
      ...{ kind: 'chat', event: event.raw, isDoubtful, channel },
      ...(event.room && { room: event.room.uri }),
      missing: upload?.missing ?? [],
    };
    const files = upload?.files ?? [];
    const record = { key, itemId, at, event: 'created' as const, raw, files };
    work.add({ record, gaps: upload?.gaps ?? [] });
  }
}
