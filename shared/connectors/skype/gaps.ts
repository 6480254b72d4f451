import type { OpenGap } from '../connector.ts';
import type { DropFile } from '../dropStore.ts';
import { gapsAfter } from '../page/openGaps.ts';
import { isComplianceFile } from './checkChat.ts';
import { type Cursor, nextPhase } from './cursor.ts';
import { BrokenFile, CutFile } from './faults.ts';
import { guarded } from './openFile.ts';
import { readSession, takeSessions } from './readSessions.ts';
import { chatRawSchema, keys } from './records.ts';
import { type Retry, retrySchema } from './retries.ts';
import { folders, type Run } from './run.ts';
import { marks } from './settling.ts';
import { retryStrays } from './strays.ts';
import { findUploads, storeUpload } from './uploads.ts';

type UploadRetry = Extract<Retry, { kind: 'upload' }>;
type FileRetry = Extract<Retry, { kind: 'cut' | 'refused' }>;

const partial =
  'The export breaks off here: no whole file took its place while it was waited for.';

/** What earlier runs had to leave, the oldest first. */
export async function retryGaps(run: Run, cursor: Cursor): Promise<void> {
  const { work } = run;
  for (const { place, gap } of gapsAfter(work.request.gaps, cursor.gap)) {
    if (work.isFull()) return;
    await retryGap(run, gap);
    run.cursor = { ...cursor, gap: place };
  }
  run.cursor = nextPhase(cursor);
}

async function retryGap(run: Run, gap: OpenGap): Promise<void> {
  const retry = retrySchema.safeParse(gap.retry).data;
  if (!retry) {
    if (gap.expired) run.work.resolve(gap.object, true);
    return;
  }
  if (retry.kind === 'stray') await retryStrays(run, gap);
  else if (retry.kind === 'upload') await retryUpload(run, gap, retry);
  else await retryFile(run, gap, retry);
}

/** A file that was replaced is a new one, and its gap ends when that is found whole. */
async function retryFile(run: Run, gap: OpenGap, retry: FileRetry): Promise<void> {
  const { drop } = run.source;
  const file = await drop.find(retry.path);
  if (!file) {
    if (gap.expired) run.work.resolve(gap.object, true);
  } else if (file.mark === marks.taken || file.mark === marks.whole) {
    run.work.resolve(gap.object, false);
  } else if (file.mark === marks.cut) {
    run.work.resolve(gap.object, true);
  } else if (gap.expired && file.etag === retry.etag) {
    await takeAsItIs(run, gap, retry, file);
  }
}

async function takeAsItIs(
  run: Run,
  { object }: OpenGap,
  { kind }: FileRetry,
  file: DropFile,
): Promise<void> {
  const { source, work } = run;
  if (
    kind === 'cut' &&
    file.path.startsWith(folders.chat) &&
    isComplianceFile(file.path)
  ) {
    await source.drop.mark(file, marks.cut);
  } else if (kind === 'cut') {
    await guarded(run, file, () => takeCutSession(run, file));
  }
  work.resolve(object, true);
}

/** A file without even a header has nothing that could be archived. */
async function takeCutSession(run: Run, file: DropFile): Promise<void> {
  try {
    await takeSessions(run, [await readSession(run, file, partial)]);
  } catch (error) {
    if (!(error instanceof CutFile)) throw error;
    throw new BrokenFile(`${error.message} No whole file took its place.`);
  }
}

/** An upload whose file has come follows its message as a supplement. */
async function retryUpload(run: Run, gap: OpenGap, retry: UploadRetry): Promise<void> {
  const { source, work } = run;
  const found = await findUploads(source.drop, [retry.name]);
  const file = found.get(retry.name);
  const stored = file && (await storeUpload(source, file));
  if (!stored) {
    if (gap.expired) work.resolve(gap.object, true);
    return;
  }
  const first = await work.request.recall(retry.page, retry.key);
  const of = chatRawSchema.safeParse(first?.record.raw).data;
  work.add({
    record: {
      key: keys.upload(retry.key),
      ...{ itemId: gap.itemId, at: retry.at, event: 'supplemented', changes: retry.key },
      raw: { kind: 'upload', missing: [], ...(of && { of }) },
      files: [stored],
    },
  });
  work.resolve(gap.object, false);
}
