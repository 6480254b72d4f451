import type { DropFile } from '../dropStore.ts';
import { chatEventOf } from './complianceEvent.ts';
import { readCompliance } from './complianceXml.ts';
import type { Cursor } from './cursor.ts';
import { CutFile } from './faults.ts';
import { bytesOf, guarded } from './openFile.ts';
import { fileGap } from './pageWork.ts';
import type { Place } from './rawEvent.ts';
import { deeds, type RosterStep, stepOf } from './roster.ts';
import { folders, type Run } from './run.ts';
import { marks } from './settling.ts';
import { walk } from './walk.ts';

/** Steps in memory before they go to the rosters. */
const mostSteps = 5_000;

/**
 * Reads all new compliance files once before any of their messages: whether each is whole, and
 * who came and went. The files need not come in order, and what one says of a room's members is
 * needed for the messages of the others.
 */
export const checkChat = (run: Run, cursor: Cursor): Promise<void> =>
  walk(run, cursor, {
    prefix: folders.chat,
    batch: 1,
    isWanted: ({ path, mark }) => isComplianceFile(path) && mark === undefined,
    visit: async ([file], from) =>
      file && guarded(run, file, () => checkFile(run, file, from)),
  });

/** The adapter's manifests of file transfers (`.ATTACH`) hold no messages. */
export const isComplianceFile = (path: string): boolean =>
  !path.startsWith(folders.uploads) && !/\.attach$/i.test(path);

async function checkFile(
  run: Run,
  file: DropFile,
  from: Place | undefined,
): Promise<Place | undefined> {
  const { source, work } = run;
  const steps = createStepBuffer(run);
  const open = async (start: number) => bytesOf(source.drop, file, start);
  try {
    for await (const found of readCompliance(open, from)) {
      for (const { event, channels } of found) steps.add(chatEventOf(event, channels));
      if (steps.count() >= mostSteps) await steps.flush();
      work.touch();
      if (!work.isFull()) continue;
      await steps.flush();
      return found.at(-1)?.place;
    }
  } catch (error) {
    // Who came and went is true even if the file ends too soon.
    if (error instanceof CutFile) await steps.flush();
    throw error;
  }
  await steps.flush();
  await source.drop.mark(file, marks.whole);
  if (work.gap(fileGap(file.path))) work.resolve(fileGap(file.path), false);
  work.touch();
  return undefined;
}

function createStepBuffer({ source }: Run) {
  let steps = new Map<string, RosterStep[]>();
  /** The last step of each person in each room. */
  let last = new Map<string, RosterStep>();
  let count = 0;
  return {
    count: () => count,
    add(event: ReturnType<typeof chatEventOf>): void {
      const step = stepOf(event);
      if (!step || !event.room) return;
      const who = `${event.room.uri} ${step.sender.uri ?? step.sender.number ?? ''}`;
      const before = last.get(who);
      last.set(who, step);
      if (before && isNoNews(before, step)) return;
      const own = steps.get(event.room.uri) ?? [];
      own.push(step);
      steps.set(event.room.uri, own);
      count += 1;
    },
    async flush(): Promise<void> {
      await source.rosters.add(steps);
      steps = new Map();
      last = new Map();
      count = 0;
    },
  };
}

/** Who was in, and does something more, is in. */
const isNoNews = (before: RosterStep, { deed, micros }: RosterStep): boolean =>
  deed === deeds.seen && before.deed !== deeds.left && before.micros <= micros;
