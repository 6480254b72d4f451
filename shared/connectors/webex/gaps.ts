import { z } from 'zod';
import type { OpenGap, RecalledRecord, SourceRecord } from '../connector.ts';
import { type GapEnd, lostItem, supplementOf, unfilled } from '../page/gapEnds.ts';
import { foundIn, hydrate } from '../page/hydrate.ts';
import type { BuildOptions, Built } from './build.ts';
import { buildAnswer } from './buildAnswer.ts';
import { buildMessage } from './buildMessage.ts';
import { uuidOf } from './ids.ts';
import { textAtEvent } from './messageText.ts';
import type { PageWork, Source } from './pageWork.ts';
import { contextSchema, keys, type MessageRaw, rawSchema } from './records.ts';
import { type MessageEvent, messageEventSchema } from './schema.ts';

const retrySchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('item'), page: z.string(), key: z.string() }),
  z.object({ kind: z.literal('text'), page: z.string(), key: z.string() }),
  z.object({
    ...{ kind: z.literal('file'), page: z.string(), key: z.string() },
    ...{ url: z.string(), index: z.number() },
  }),
]);
type Retry = z.infer<typeof retrySchema>;
type Recalled = RecalledRecord & { room: string | undefined };

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
  const recalled = retry && (await recall(work, retry));
  const end = recalled
    ? await retryRecalled(source, work, gap, retry, recalled)
    : giveUp(work, gap, retry);
  if (end !== 'open') work.resolve(gap.object, end === 'givenUp');
}

/** The record of first sight, with its room put into this page's context. */
async function recall(work: PageWork, retry: Retry): Promise<Recalled | undefined> {
  const found = await work.request.recall(retry.page, retry.key);
  if (!found) return undefined;
  const { rooms, people } = contextSchema.parse(found.context);
  const { room: name } = rawSchema.parse(found.record.raw);
  for (const [id, known] of Object.entries(people)) work.keepPerson(id, known);
  const room = name === undefined ? undefined : rooms[name];
  if (!room) return { ...found, room: undefined };
  const kept = `${room.id}@${retry.page}`;
  work.keepRoom(kept, room);
  return { ...found, room: kept };
}

function retryRecalled(
  source: Source,
  work: PageWork,
  gap: OpenGap,
  retry: Retry,
  recalled: Recalled,
): Promise<GapEnd> {
  if (retry.kind === 'file') return retryFile(source, work, gap, retry, recalled);
  if (retry.kind === 'text') return retryText(source, work, gap, recalled);
  return retryItem(source, work, gap, recalled);
}

async function retryItem(
  source: Source,
  work: PageWork,
  gap: OpenGap,
  { record, room }: Recalled,
): Promise<GapEnd> {
  const options = { room, isLast: gap.expired };
  const { key, at } = record;
  const raw = rawSchema.parse(record.raw);
  if (raw.kind === 'supplement') return 'filled';
  const built = await (raw.kind === 'answer'
    ? buildAnswer(source, work, raw.action, { key, at }, options)
    : rebuildMessage(source, work, raw.event, record, options));
  if (built.record.waiting) return 'open';
  work.add(built);
  return 'filled';
}

async function rebuildMessage(
  source: Source,
  work: PageWork,
  event: MessageEvent,
  { key, at }: SourceRecord,
  options: BuildOptions,
): Promise<Built> {
  const current = await currentEvent(source, work, event);
  return buildMessage(source, work, current, { key, at }, options);
}

async function retryText(
  source: Source,
  work: PageWork,
  gap: OpenGap,
  { record, room }: Recalled,
): Promise<GapEnd> {
  const first = messageRawOf(record);
  if (!first) return 'filled';
  const event = await currentEvent(source, work, first.event);
  const message = foundIn(await hydrate(work.message(event.data.id)));
  const of = { ...first, event, ...(message && { message }) };
  if (textAtEvent(event, of.message).text === undefined) return unfilled(gap);
  const key = keys.supplement(work.organisation, 'text', event.data.id, '');
  const raw = { kind: 'supplement', what: 'text', of, missing: [] };
  work.add(supplementOf(record, key, { ...raw, room }, []));
  return 'filled';
}

async function retryFile(
  source: Source,
  work: PageWork,
  gap: OpenGap,
  { url, index }: Extract<Retry, { kind: 'file' }>,
  { record, room }: Recalled,
): Promise<GapEnd> {
  const of = messageRawOf(record);
  if (!of) return 'filled';
  const { id } = of.event.data;
  // The message as it is now says where its files are now.
  const message = foundIn(await hydrate(work.message(id)));
  const address = message?.files?.[index] ?? url;
  const outcome = await source.downloads(address, index, work.request.limits.until);
  if (outcome.kind === 'later') return unfilled(gap);
  if (outcome.kind === 'missing') return 'givenUp';
  const key = keys.supplement(work.organisation, 'file', id, String(index));
  const raw = { kind: 'supplement', what: 'file', of, missing: [], room };
  work.add(supplementOf(record, key, raw, [outcome.file]));
  return 'filled';
}

function messageRawOf(record: SourceRecord): MessageRaw | undefined {
  const raw = rawSchema.parse(record.raw);
  return raw.kind === 'message' ? raw : undefined;
}

/** An event whose text was not decrypted may be by now: it is listed again. */
async function currentEvent(
  source: Source,
  work: PageWork,
  event: MessageEvent,
): Promise<MessageEvent> {
  if (!textAtEvent(event, undefined).isHidden) return event;
  const time = Date.parse(event.created);
  const url = source.client.urlOf('/events', {
    resource: 'messages',
    from: new Date(time - 1).toISOString(),
    to: new Date(time + 1).toISOString(),
    max: '1000',
  });
  const query = { url, what: 'an event' };
  const asked = await hydrate(source.client.list(query, work.request.limits.until));
  const events = (foundIn(asked)?.items ?? []).map((item) =>
    messageEventSchema.safeParse(item),
  );
  const same = events.find(({ data }) => data && uuidOf(data.id) === uuidOf(event.id));
  return same?.data ?? event;
}

/** What it was is not known any more: if nothing of it was archived, the log says so. */
function giveUp(work: PageWork, gap: OpenGap, retry: Retry | undefined): GapEnd {
  if (!gap.expired) return 'open';
  if (retry && retry.kind !== 'item') return 'givenUp';
  const key = retry?.key ?? keys.unreadable(work.organisation, gap.object);
  work.add(lostItem(gap, key));
  return 'filled';
}
