import type { MissingFile, StoredFile } from '../../archive/state/item.ts';
import type { ItemRef, NewGap, SourceRecord } from '../connector.ts';
import { foundIn, type Hydrated, hydrate } from '../page/hydrate.ts';
import {
  type BuildOptions,
  type Built,
  gapObjects,
  roomOf,
  type Wait,
  waitFor,
  waiting,
} from './build.ts';
import { type MessageText, textAtEvent } from './messageText.ts';
import type { PageWork, Source } from './pageWork.ts';
import { keys } from './records.ts';
import type { Message, MessageEvent } from './schema.ts';

const hiddenReason = 'Webex could not decrypt the text of the message.';

/** One message, edit or deletion: what Webex has of it, and what is left for later. */
export async function buildMessage(
  source: Source,
  work: PageWork,
  event: MessageEvent,
  ref: ItemRef,
  options: BuildOptions = {},
): Promise<Built> {
  const { data } = event;
  work.mention(event.actorId);
  work.mention(data.personId, data.personEmail ? { address: data.personEmail } : {});
  const hydrated = await hydrate(work.message(data.id));
  const { room, wait: roomWait } = await roomOf(work, data, options);
  const message = foundIn(hydrated);
  const text = textAtEvent(event, message);
  const place = { ...ref, itemId: data.id, ...changeOf(work.organisation, event) };
  const raw = {
    kind: 'message' as const,
    event,
    ...(message && { message }),
    ...(room !== undefined && { room }),
  };

  const wait = roomWait ?? messageWait(event, hydrated, text);
  const goesNow = options.isLast || (!roomWait && isMoreThanText(event, message));
  if (wait && !goesNow) return waiting(work, { ...place, raw }, wait);

  const files = await filesOf(source, work, event, message, ref.key);
  const partial = wait?.reason ?? lossOf(event, hydrated, text, files);
  const textGaps = wait && !options.isLast ? [textGap(work, data.id, ref.key, wait)] : [];
  return {
    record: {
      ...place,
      raw: { ...raw, missing: files.missing, ...(partial && { partial }) },
      files: files.stored,
    },
    gaps: [...files.gaps, ...textGaps],
  };
}

function changeOf(
  organisation: string,
  { type, data }: MessageEvent,
): Pick<SourceRecord, 'event' | 'changes'> {
  if (type === 'created') return { event: 'created' };
  const changes = keys.message(organisation, data.id);
  return { event: type === 'updated' ? 'edited' : 'deleted', changes };
}

/** A deletion waits for nothing; an edit needs no more than its event's text. */
function messageWait(
  { type }: MessageEvent,
  hydrated: Hydrated<Message>,
  { text, isHidden }: MessageText,
): Wait | undefined {
  if (type === 'deleted') return undefined;
  const isEnough = type === 'updated' && text !== undefined;
  if (hydrated.kind === 'refused' && !isEnough) return waitFor(hydrated);
  return isHidden ? { reason: hiddenReason } : undefined;
}

/** Files and cards are archived at once, whatever is with the text. */
const isMoreThanText = ({ type }: MessageEvent, message: Message | undefined): boolean =>
  type === 'created' &&
  message !== undefined &&
  (message.files ?? []).length + (message.attachments ?? []).length > 0;

/** What will never be had of it: a sentence, or nothing. */
function lossOf(
  { type, data }: MessageEvent,
  hydrated: Hydrated<Message>,
  { text }: MessageText,
  { stored, missing }: Files,
): string | undefined {
  if (type === 'deleted') return undefined;
  if (hydrated.kind === 'unreadable') {
    return 'Webex described the message in a form that could not be read; this is what its event said.';
  }
  const hasContent = text !== undefined || stored.length + missing.length > 0;
  if (hasContent) return undefined;
  if (type === 'updated') return 'Webex no longer has the text of this edit.';
  if (hydrated.kind !== 'gone' || data.attachments) return undefined;
  return 'Webex no longer gives the message (it is past retention, or belongs to another organisation), and its event held no text.';
}

interface Files {
  stored: StoredFile[];
  missing: MissingFile[];
  gaps: NewGap[];
}

async function filesOf(
  source: Source,
  work: PageWork,
  { type, data }: MessageEvent,
  message: Message | undefined,
  key: string,
): Promise<Files> {
  const files: Files = { stored: [], missing: [], gaps: [] };
  // A message with files can't be edited, and what is deleted was archived when it came.
  if (type !== 'created') return files;
  const { page, limits } = work.request;
  const urls = [...new Set(message?.files ?? data.files ?? [])];
  const outcomes = await Promise.all(
    urls.map((url, index) => source.downloads(url, index, limits.until)),
  );
  for (const [index, outcome] of outcomes.entries()) {
    if (outcome.kind === 'stored') files.stored.push(outcome.file);
    else files.missing.push(outcome.file);
    if (outcome.kind !== 'later') continue;
    const retry = { kind: 'file', page, key, url: urls[index], index };
    const object = gapObjects.file(key, index);
    files.gaps.push({ object, itemId: data.id, reason: outcome.reason, retry });
  }
  return files;
}

function textGap(work: PageWork, itemId: string, key: string, { reason }: Wait): NewGap {
  const retry = { kind: 'text', page: work.request.page, key };
  return { object: gapObjects.text(key), itemId, reason, retry };
}
