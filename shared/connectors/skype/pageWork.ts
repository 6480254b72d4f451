import type { Clock } from '../../clock.ts';
import type { OpenGap, PageRequest } from '../connector.ts';
import type { DropFile, DropRef } from '../dropStore.ts';
import { createPageDraft, type FinishedPage, type PageDraft } from '../page/pageDraft.ts';
import { keys, type SkypeContext } from './records.ts';
import { createRoomsOfPage, type RoomsOfPage } from './roomsOfPage.ts';
import type { Rosters } from './rosters.ts';
import type { Settling } from './settling.ts';

/** A page under construction. */
export interface PageWork extends PageDraft {
  rooms: RoomsOfPage;
  /** All of the file is archived with this page. */
  take(file: DropRef): void;
  /** Nobody can read the file: it is logged, and moved out of the way. */
  reject(file: DropFile, reason: string): Promise<void>;
  /** A gap that an earlier run left. */
  gap(object: string): OpenGap | undefined;
  settling(): Settling | undefined;
  finish(next: string | undefined): FinishedPage;
}

export const fileGap = (path: string): string => `file:${path}`;

/** An empty page. */
export function createPageWork(
  clock: Clock,
  rosters: Rosters,
  request: PageRequest,
): PageWork {
  const draft = createPageDraft(request, clock);
  const settling: Settling = { page: request.page, taken: [], rejected: [] };
  const open = new Map(request.gaps.map((gap) => [gap.object, gap]));
  const rooms = createRoomsOfPage(rosters, draft.weigh);
  const filesDone = () => settling.taken.length + settling.rejected.length;

  return {
    ...draft,
    rooms,
    take({ path, etag }) {
      draft.touch();
      settling.taken.push({ path, etag });
    },
    async reject({ path, etag, modifiedAt }, reason) {
      draft.touch();
      const key = keys.rejected(path, etag);
      const at = modifiedAt.toISOString();
      const sentence = `${reason} The file was moved to rejected/: put a whole one in its place.`;
      const [fresh] = await draft.freshOf([{ key, at }]);
      if (fresh) draft.add({ reject: { key, itemId: path, at, reason: sentence } });
      settling.rejected.push({ path, etag, reason });
    },
    gap: (object) => open.get(object),
    isFull: () => draft.isFull() || filesDone() >= request.limits.items,
    settling: () => (filesDone() > 0 ? settling : undefined),
    finish(next) {
      const context: SkypeContext = { rooms: rooms.context() };
      return draft.close(context, next);
    },
  };
}
