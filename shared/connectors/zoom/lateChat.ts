import type { Draft } from './drafts.ts';
import { fileKey, recordOf } from './fileDrafts.ts';
import { gapOfPart } from './gapRetries.ts';
import { linesOf } from './lines.ts';
import type { MeetingFile } from './meeting.ts';
import type { PageWork, Source } from './pageWork.ts';
import { keys } from './records.ts';
import type { Scene } from './scene.ts';

/** The public part of a chat; where there are several, the first has all of it. */
export function draftChat(
  source: Source,
  work: PageWork,
  scene: Scene,
  file: MeetingFile,
  isFirst: boolean,
): Draft {
  const { meeting, talk } = scene;
  const ref = { key: fileKey(source, meeting.uuid, file), at: meeting.start };
  const changes = keys.meeting(source.origin, meeting.uuid);
  return {
    ...{ ...ref, isPart: true },
    async build() {
      if (file.status === 'processing') {
        const reason = 'Zoom is still processing the chat.';
        return { gaps: [gapOfPart(ref.key, meeting, reason)] };
      }
      const later = scene.later.get(file.id);
      if (later !== undefined) return { gaps: [gapOfPart(ref.key, meeting, later)] };
      const lines = isFirst ? linesOf(talk.open, scene) : [];
      const missing = isFirst ? talk.missing : [];
      if (lines.length + missing.length === 0) {
        work.settle(ref);
        return { gaps: [] };
      }
      const raw = {
        ...{ kind: 'supplement', what: 'chat', meeting: meeting.uuid },
        ...{ listed: file.listed, lines, missing },
      };
      const record = recordOf(ref, file.id, raw);
      return { record: { ...record, event: 'supplemented', changes }, gaps: [] };
    },
  };
}
