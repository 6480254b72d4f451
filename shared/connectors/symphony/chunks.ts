import { Refusal, VendorFault } from '../http/vendorFaults.ts';
import { isItemFault } from '../page/sourceFaults.ts';
import type { Cursor, Place } from './cursor.ts';
import { type Span, streamGap } from './gapKinds.ts';
import { type Listed, listMessage } from './listing.ts';
import { type Portion, type PortionQuery, readPortion } from './portions.ts';
import type { StreamInfo } from './records.ts';
import type { Run } from './run.ts';
import { type DueStream, rejectedStream } from './streams.ts';

/** Streams that are asked at a time. */
const inParallel = 8;
/** So many of them failing at a time: it is not the streams. */
const suspicious = 4;

/** What is read at a time: items of a few streams, each stream's oldest first. */
export interface Chunk {
  items: Listed[];
  /** The streams in which something was said. */
  streams: StreamInfo[];
  /** Where the run is while this chunk is being read; it leads to the same chunk again. */
  here: Cursor;
  /** Where the one after it begins; undefined after the last one. */
  next: Cursor | undefined;
}

/** The streams that come next in the list, as far as they can be held. */
export async function readChunk(run: Run, cursor: Cursor): Promise<Chunk> {
  const { source, work, request } = run;
  const { skip, stream } = cursor;
  const { limits, readFrom, window } = request;
  const page = await source.streams(request.runId, skip, readFrom, limits.until);
  if (stream === undefined) {
    for (const one of page.unreadable) await addReject(run, one);
  }
  const begin = page.due.findIndex(({ id }) => id === stream);
  const rest = page.due.slice(Math.max(0, begin));
  // If the stream is not listed any more, its place is none in another one.
  const isThere = stream === undefined || begin >= 0;
  const here: Cursor = isThere ? cursor : { phase: 'streams', skip };
  const { place } = here;
  // A stream that is longer than one page is read alone, so that nothing is read in vain.
  const infos = rest.slice(0, place ? 1 : inParallel);
  const first = { since: readFrom.getTime(), skip: 0, seen: [] };
  const query = { before: window.to.getTime(), place: place ?? first };
  const read = await readAll(run, infos, query);
  const cut = read.findIndex(({ portion }) => portion.next);
  const held = cut < 0 ? read : read.slice(0, cut + 1);
  return {
    items: held.flatMap(({ info, portion }) =>
      portion.messages.flatMap((message) =>
        listMessage(work.organisation, info, message),
      ),
    ),
    streams: held.flatMap(({ info, portion }) =>
      portion.messages.length > 0 ? [info] : [],
    ),
    here,
    next: nextCursor(skip, held.at(-1), rest[held.length], page.next),
  };
}

interface ReadStream {
  info: StreamInfo;
  portion: Portion;
}

function nextCursor(
  skip: number,
  last: ReadStream | undefined,
  following: StreamInfo | undefined,
  nextPage: number | undefined,
): Cursor | undefined {
  const base = { phase: 'streams' as const, skip };
  if (last?.portion.next) {
    return { ...base, stream: last.info.id, place: last.portion.next };
  }
  if (following) return { ...base, stream: following.id };
  return nextPage === undefined ? undefined : { ...base, skip: nextPage };
}

async function addReject({ work }: Run, stream: unknown): Promise<void> {
  const reject = rejectedStream(work.organisation, stream);
  const fresh = await work.request.sift([{ key: reject.key, at: reject.at }]);
  if (fresh.has(reject.key)) work.add({ reject });
}

/** A stream that can't be read is a gap, and stops no other. */
async function readAll(
  run: Run,
  infos: DueStream[],
  query: { place: Place; before: number },
): Promise<ReadStream[]> {
  const failed: { info: StreamInfo; error: VendorFault | Refusal }[] = [];
  const one = async (due: DueStream): Promise<ReadStream> => {
    const { lastMessageAt, ...info } = due;
    try {
      return { info, portion: await portionOf(run, info, { ...query, lastMessageAt }) };
    } catch (error) {
      if (!isItemFault(error)) throw error;
      failed.push({ info, error });
      return { info, portion: { messages: [], next: undefined } };
    }
  };
  const read = await Promise.all(infos.map(one));
  const faults = failed.flatMap(({ error }) =>
    error instanceof VendorFault ? [error] : [],
  );
  await probe(run, faults);
  const span = { since: query.place.since, before: query.before };
  for (const { info, error } of failed) leave(run, info, span, error);
  return read;
}

/** One page of a stream's messages. Throws a `Refusal`, a `VendorFault` or `WaitUntil`. */
export const portionOf = (
  { source, request }: Run,
  { id: streamId }: StreamInfo,
  query: Omit<PortionQuery, 'streamId' | 'until'>,
): Promise<Portion> =>
  readPortion(source.client, { ...query, streamId, until: request.limits.until });

/** What an open gap of this stream has waited for is still to be read, too. */
function leave(
  { source, work }: Run,
  info: StreamInfo,
  span: Span,
  error: VendorFault | Refusal,
): void {
  // Some pages of the documentation have wall posts here, and others don't.
  const isWall = info.type === 'POST';
  if (isWall && error instanceof Refusal && error.status === 400) {
    source.deps.log.warn('The agent gives no wall posts; they are left out.');
  } else {
    work.leave(streamGap(info, span, error, work.openGaps()));
  }
}

/** Throws if Symphony itself is in trouble, so that not every stream becomes a gap. */
async function probe(run: Run, faults: VendorFault[]): Promise<void> {
  const [fault] = faults;
  if (!fault) return;
  if (fault.kind === 'unreachable' || faults.length >= suspicious) throw fault;
  try {
    await run.source.client.agentInfo(run.request.limits.until);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
  }
}
