import type { OpenGap, SourceRecord } from '../connector.ts';
import { type GapEnd, lostItem, supplementOf, unfilled } from '../page/gapEnds.ts';
import { foundIn, hydrate } from '../page/hydrate.ts';
import { type BuildOptions, buildItem } from './buildItem.ts';
import { filesIn } from './filesIn.ts';
import { type Retry, retrySchema } from './gapKinds.ts';
import { isHidden } from './messageBody.ts';
import type { PageWork, Source } from './pageWork.ts';
import { contextSchema, keys, type Raw, rawSchema } from './records.ts';
import type { Message } from './schema.ts';

type ItemRetry = Exclude<Retry, { kind: 'stream' }>;

interface Recalled {
  record: SourceRecord;
  raw: Raw;
  stream: string | undefined;
}

/**
 * One more try at what an earlier run had to leave. A gap that is still one stays as it is;
 * one that is past its time is archived as far as it is known, or ends.
 */
export async function retryGap(
  source: Source,
  work: PageWork,
  gap: OpenGap,
): Promise<void> {
  const retry = retrySchema.safeParse(gap.retry).data;
  const known = retry && retry.kind !== 'stream' ? retry : undefined;
  const recalled = known && (await recall(work, known));
  const end =
    known && recalled
      ? await retryRecalled(source, work, gap, known, recalled)
      : giveUp(work, gap, known);
  if (end !== 'open') work.resolve(gap.object, end === 'givenUp');
}

/** The record of first sight, with its stream put into this page's context. */
async function recall(work: PageWork, retry: ItemRetry): Promise<Recalled | undefined> {
  const found = await work.request.recall(retry.page, retry.key);
  if (!found) return undefined;
  const { streams, people } = contextSchema.parse(found.context);
  const raw = rawSchema.parse(found.record.raw);
  for (const [id, known] of Object.entries(people)) work.mention(id, known);
  const stream = raw.stream === undefined ? undefined : streams[raw.stream];
  if (!stream) return { record: found.record, raw, stream: undefined };
  const kept = `${stream.id}@${retry.page}`;
  work.keepStream(kept, stream);
  return { record: found.record, raw, stream: kept };
}

function retryRecalled(
  source: Source,
  work: PageWork,
  gap: OpenGap,
  retry: ItemRetry,
  recalled: Recalled,
): Promise<GapEnd> {
  if (retry.kind === 'file') return retryFile(source, work, gap, retry.index, recalled);
  if (retry.kind === 'text') return retryText(source, work, gap, recalled);
  return retryItem(source, work, gap, recalled);
}

async function retryItem(
  source: Source,
  work: PageWork,
  gap: OpenGap,
  { record, raw, stream }: Recalled,
): Promise<GapEnd> {
  const { key, at } = record;
  const { kind, info } = raw;
  if (kind !== 'message' && kind !== 'deletion') return 'filled';
  const message = kind === 'message' ? await current(source, work, raw) : raw.message;
  const options: BuildOptions = { stream, isLast: gap.expired };
  const item = { key, at, info, content: { kind, message } };
  const built = await buildItem(source, work, item, options);
  if (built.record.waiting) return 'open';
  work.add(built);
  return 'filled';
}

async function retryText(
  source: Source,
  work: PageWork,
  gap: OpenGap,
  { record, raw, stream }: Recalled,
): Promise<GapEnd> {
  const message = await current(source, work, raw);
  if (isHidden(message) || message.diagnostic) return unfilled(gap);
  const key = keys.supplement(work.organisation, 'text', message.messageId, '');
  const whole = { kind: 'textSupplement', message, info: raw.info, stream };
  work.add(supplementOf(record, key, whole, []));
  return 'filled';
}

async function retryFile(
  source: Source,
  work: PageWork,
  gap: OpenGap,
  index: number,
  { record, raw, stream }: Recalled,
): Promise<GapEnd> {
  const { message, info } = raw;
  const file = filesIn(message, info.id)[index];
  if (!file) return 'givenUp';
  const outcome = await source.downloads(file, work.request.limits.until);
  if (outcome.kind === 'later') return unfilled(gap);
  if (outcome.kind === 'missing') return 'givenUp';
  const { organisation } = work;
  const key = keys.supplement(organisation, 'file', message.messageId, String(index));
  const whole = { kind: 'fileSupplement', message, info, stream };
  work.add(supplementOf(record, key, whole, [outcome.file]));
  return 'filled';
}

/** The message as Symphony gives it now, or as it was if that is no more. */
async function current(source: Source, work: PageWork, raw: Raw): Promise<Message> {
  const { messageId } = raw.message;
  const { until } = work.request.limits;
  const found = foundIn(await hydrate(source.client.message(messageId, until)));
  // A version that was replaced since is another item.
  return found?.messageId === messageId ? found : raw.message;
}

/** What it was is not known any more: if nothing of it was archived, the log says so. */
function giveUp(work: PageWork, gap: OpenGap, retry: ItemRetry | undefined): GapEnd {
  if (!gap.expired) return 'open';
  if (retry && retry.kind !== 'item') return 'givenUp';
  const key = retry?.key ?? keys.unreadable(work.organisation, gap.object);
  work.add(lostItem(gap, key));
  return 'filled';
}
