import type { MissingFile, StoredFile } from '../../archive/state/item.ts';
import type { ItemRef, NewGap, SourceRecord } from '../connector.ts';
import type { ChatMessage } from './chat.ts';
import type { Draft } from './drafts.ts';
import { gapOfPart } from './gapRetries.ts';
import type { SharedFile } from './meeting.ts';
import type { PageWork, Source } from './pageWork.ts';
import { keys } from './records.ts';
import type { Scene } from './scene.ts';
import { type SideTalk, sentAt } from './talk.ts';

/** Messages that were not to everyone: each an email of its own, to those who had it. */
export function draftMessages(
  source: Source,
  work: PageWork,
  scene: Scene,
  isLast: boolean,
): Draft[] {
  return scene.talk.aside.map((side) => draftMessage(source, work, scene, side, isLast));
}

function draftMessage(
  source: Source,
  work: PageWork,
  scene: Scene,
  side: SideTalk,
  isLast: boolean,
): Draft {
  const { meeting, talk, context } = scene;
  const { message, author, audience } = side;
  const { key, event, changes } = identityOf(source, scene, message);
  const about = message.about === undefined ? undefined : talk.byId.get(message.about);
  const at = sentAt(message, meeting);
  return {
    ...{ key, at },
    async build() {
      const shared = await fetchShared(
        source,
        work,
        scene,
        isLast,
        (file) => talk.sharerOf(file)?.id === message.id,
      );
      work.useMeeting(context);
      const parent = about && changes === undefined && keyOfMessage(source, scene, about);
      const { people, isUnknown } = audience;
      const raw = {
        ...{ kind: 'message', meeting: meeting.uuid, message, author, people, isUnknown },
        ...(about && isQuotable(side, about, talk) && quoteOf(scene, about)),
        ...(parent && { parent }),
        missing: shared.missing,
      };
      const record: SourceRecord = {
        ...{ key, itemId: message.id, at, event, ...(changes && { changes }) },
        ...{ raw, files: shared.stored, parts: shared.parts },
      };
      return { record, gaps: shared.gaps };
    },
  };
}

type Identity = Pick<SourceRecord, 'key' | 'event' | 'changes'>;

function identityOf(
  { origin }: Source,
  { meeting: { uuid } }: Scene,
  { kind, id, about }: ChatMessage,
): Identity {
  if (about === undefined || (kind !== 'edit' && kind !== 'deletion')) {
    return { key: keys.message(origin, uuid, id), event: 'created' };
  }
  const event = kind === 'edit' ? 'edited' : 'deleted';
  const changes = keys.message(origin, uuid, about);
  return { key: keys.change(origin, uuid, about, event, id), event, changes };
}

/** A message that went to everyone stands in the meeting's own email. */
function keyOfMessage({ origin }: Source, scene: Scene, about: ChatMessage): string {
  const { uuid } = scene.meeting;
  const isAside = scene.talk.aside.some(({ message }) => message.id === about.id);
  return isAside ? keys.message(origin, uuid, about.id) : keys.meeting(origin, uuid);
}

/** Nobody reads in a quotation what they did not have. */
function isQuotable({ audience }: SideTalk, about: ChatMessage, talk: Scene['talk']) {
  const quoted = talk.aside.find(({ message }) => message.id === about.id);
  if (!quoted) return true;
  const had = new Set(quoted.audience.people.map(({ id }) => id));
  return audience.people.every(({ id }) => had.has(id));
}

const quoteOf = ({ talk }: Scene, about: ChatMessage) => ({
  about,
  aboutAuthor: talk.authorOf(about),
});

/** Files from a chat, as far as they came. */
export interface Shared {
  stored: StoredFile[];
  missing: MissingFile[];
  /** Under which keys those are known that came, or never will. */
  parts: ItemRef[];
  gaps: NewGap[];
}

/** The files that were shared with some messages. */
export async function fetchShared(
  source: Source,
  work: PageWork,
  { meeting }: Scene,
  isLast: boolean,
  isWanted: (file: SharedFile) => boolean,
): Promise<Shared> {
  const shared: Shared = { stored: [], missing: [], parts: [], gaps: [] };
  for (const file of meeting.shared.filter(isWanted)) {
    const key = keys.shared(source.origin, meeting.uuid, file.id);
    const found = await source.downloads.storeShared(file, work.request.limits.until);
    if (found.kind === 'stored') shared.stored.push(found.file);
    else shared.missing.push(found.file);
    const isLater = found.kind === 'later' && !isLast;
    if (isLater) shared.gaps.push(gapOfPart(key, meeting, found.reason));
    else shared.parts.push({ key, at: meeting.start });
  }
  return shared;
}
