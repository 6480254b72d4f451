import type { Draft } from './drafts.ts';
import type { SharedFile } from './meeting.ts';
import { fetchShared } from './messageDrafts.ts';
import type { PageWork, Source } from './pageWork.ts';
import { keys } from './records.ts';
import type { Scene } from './scene.ts';

/** Files from the chat of which nothing says who shared them: nobody is sure to have had them. */
export const draftUnclaimed = (
  source: Source,
  work: PageWork,
  scene: Scene,
  isLast: boolean,
): Draft[] =>
  scene.meeting.shared
    .filter((file) => !scene.talk.sharerOf(file))
    .map((file) => draftShared(source, work, scene, file, isLast));

function draftShared(
  source: Source,
  work: PageWork,
  scene: Scene,
  file: SharedFile,
  isLast: boolean,
): Draft {
  const { meeting, context } = scene;
  const key = keys.shared(source.origin, meeting.uuid, file.id);
  const parent = keys.meeting(source.origin, meeting.uuid);
  return {
    ...{ key, at: meeting.start, isPart: true },
    async build() {
      const found = await fetchShared(
        source,
        work,
        scene,
        isLast,
        ({ id }) => id === file.id,
      );
      if (found.gaps.length > 0) return { gaps: found.gaps };
      work.useMeeting(context);
      const raw = {
        ...{ kind: 'file', what: 'shared', meeting: meeting.uuid, parent },
        ...{ author: context.host, people: [], isUnknown: true, missing: found.missing },
        listed: file.listed,
      };
      return {
        record: {
          ...{ key, itemId: file.id, at: meeting.start, event: 'supplemented' },
          ...{ changes: parent, raw, files: found.stored },
        },
        gaps: [],
      };
    },
  };
}
