import type { ItemRef, NewGap, SourceRecord } from '../connector.ts';
import { hydrate } from '../page/hydrate.ts';
import { filesIn } from './filesIn.ts';
import { adviceFor, gapObjects } from './gapKinds.ts';
import { isEdit } from './listing.ts';
import { isHidden } from './messageBody.ts';
import type { PageWork, Source } from './pageWork.ts';
import { keys, type StreamInfo } from './records.ts';
import { type Message, nameOf } from './schema.ts';
import { sharedIn } from './shared.ts';
import { noFiles, storeFiles } from './storeFiles.ts';

/** What became of one listed item. */
export interface Built {
  record: SourceRecord;
  gaps: NewGap[];
}

/** An item of the listing that is to become a record. */
export interface ItemToBuild extends ItemRef {
  info: StreamInfo;
  content: { kind: 'message' | 'deletion'; message: Message };
}

/** What is different for an item that comes back as a gap. */
export interface BuildOptions {
  /** Where the context has the item's stream as it was at first sight. */
  stream?: string | undefined;
  /** It was tried long enough: archive it as far as it is known. */
  isLast?: boolean;
}

/** Why something is left for later. */
interface Wait {
  reason: string;
}

const hiddenReason = 'Symphony could not decrypt the text of the message.';
const impairedReason = 'Symphony says that it could not read all of the message.';

/** What is the matter with a message's text; a suppressed one has none. */
function textWait(kind: 'message' | 'deletion', message: Message): Wait | undefined {
  if (kind === 'deletion') return undefined;
  if (isHidden(message)) return { reason: hiddenReason };
  return message.diagnostic ? { reason: impairedReason } : undefined;
}

/** Files are archived at once, whatever is with the text, and so is as much of it as there is. */
const isMoreThanNothing = (message: Message, { id }: StreamInfo): boolean =>
  !isHidden(message) || filesIn(message, id).length > 0;

/** One message, version of one, or suppression: what is known of it, and what is left for later. */
export async function buildItem(
  source: Source,
  work: PageWork,
  { key, at, info, content: { kind, message } }: ItemToBuild,
  options: BuildOptions = {},
): Promise<Built> {
  mentionAuthors(work, message);
  const { stream, wait: streamWait } = await streamOf(work, info, options);
  const raw = { kind, message, info, ...(stream !== undefined && { stream }) };
  const place = { key, at, itemId: message.messageId };
  const record = { ...place, ...changeOf(work.organisation, kind, message), raw };

  const wait = streamWait ?? textWait(kind, message);
  const goesNow = options.isLast || (!streamWait && isMoreThanNothing(message, info));
  if (wait && !goesNow) return waiting(work, record, wait);

  const files =
    kind === 'message' ? await storeFiles(source, work, info, message, key) : noFiles();
  const textGaps = wait && !options.isLast ? [textGap(work, place, wait)] : [];
  const partial = wait && { partial: wait.reason };
  return {
    record: {
      ...record,
      raw: { ...raw, missing: files.missing, ...partial },
      files: files.stored,
    },
    gaps: [...files.gaps, ...textGaps],
  };
}

/** Messages tell who wrote them, also of people who are on no roster any more. */
function mentionAuthors(work: PageWork, message: Message): void {
  for (const { user } of [message, sharedIn(message)].flatMap((one) => one ?? [])) {
    if (!user) continue;
    const name = nameOf(user);
    const { userId, email: address } = user;
    work.mention(userId, { ...(name && { name }), ...(address && { address }) });
  }
}

/** The item's stream: as it was at first sight, or else as it is now. */
async function streamOf(
  work: PageWork,
  info: StreamInfo,
  options: BuildOptions,
): Promise<{ stream?: string; wait?: Wait }> {
  if (options.stream !== undefined) return { stream: options.stream };
  const hydrated = await hydrate(work.useStream(info));
  if (hydrated.kind === 'found') return { stream: hydrated.value };
  if (hydrated.kind !== 'refused') return {};
  return { wait: { reason: `${hydrated.reason}${adviceFor(hydrated.error)}` } };
}

function changeOf(
  organisation: string,
  kind: 'message' | 'deletion',
  message: Message,
): Pick<SourceRecord, 'event' | 'changes'> {
  const { messageId, initialMessageId, replacing } = message;
  const own = isEdit(message)
    ? keys.edit(organisation, messageId)
    : keys.message(organisation, messageId);
  if (kind === 'deletion') return { event: 'deleted', changes: own };
  if (!isEdit(message)) return { event: 'created' };
  const first = initialMessageId ?? replacing ?? messageId;
  return { event: 'edited', changes: keys.message(organisation, first) };
}

/** A record whose content is still to come: only its place and its readers are settled. */
function waiting(
  work: PageWork,
  record: Omit<SourceRecord, 'files' | 'waiting'>,
  { reason }: Wait,
): Built {
  const { key, itemId } = record;
  const retry = { kind: 'item', page: work.request.page, key };
  return {
    record: { ...record, files: [], waiting: true },
    gaps: [{ object: gapObjects.item(key), itemId, reason, retry }],
  };
}

function textGap(
  work: PageWork,
  { key, itemId }: { key: string; itemId: string },
  { reason }: Wait,
): NewGap {
  const retry = { kind: 'text', page: work.request.page, key };
  return { object: gapObjects.text(key), itemId, reason, retry };
}
