import type { Log } from '../../log.ts';
import type { Reject } from '../connector.ts';
import { Refusal } from '../http/vendorFaults.ts';
import { hashOf } from '../item/key.ts';
import { SourceFailure } from '../page/sourceFaults.ts';
import type { SymphonyClient } from './client.ts';
import { keys, type StreamInfo } from './records.ts';
import { streamSchema, userId } from './schema.ts';

const allTypes = ['IM', 'MIM', 'ROOM', 'POST'];
/** The specification's filter has no wall posts, the pages about it do. */
const documentedTypes = ['IM', 'MIM', 'ROOM'];

/** A stream in which something may have been said. */
export interface DueStream extends StreamInfo {
  /** When something was said in it last, in milliseconds, if that is told. */
  lastMessageAt?: number;
}

/** A page of the list: all streams of the pod, oldest first, active or not, ours or not. */
export interface StreamPage {
  /** Those in which something may have been said since. */
  due: DueStream[];
  unreadable: unknown[];
  /** Where the next page begins; undefined after the last one. */
  next: number | undefined;
}

/**
 * All streams are listed, and chosen by their last message: the filter by date is one by
 * modification, which no message is.
 *
 * https://rest-api.symphony.com/main/streams-conversations/all-streams-endpoints/list-streams-for-enterprise-v2
 */
export function createStreamReader(
  client: Pick<SymphonyClient, 'streams'>,
  log: Log,
  prefix: string,
) {
  let types = allTypes;

  async function list(skip: number, until: Date | undefined) {
    try {
      return await client.streams(skip, types, until);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      if (error.status !== 400 || types === documentedTypes) throw failureOf(error);
      log.warn('Symphony does not list wall posts; they are left out.');
      types = documentedTypes;
      return list(skip, until);
    }
  }

  function failureOf(error: Refusal): Refusal | SourceFailure {
    if (error.status === 403) {
      const advice = `give the service account of ${prefix}USERNAME the role User Provisioning in the Admin Portal.`;
      return new SourceFailure(`Symphony refuses the list of streams: ${advice}`, true);
    }
    if (error.status !== 404) return error;
    const advice = `correct ${prefix}POD_URL; it ends with the host, as in https://acme.symphony.com.`;
    return new SourceFailure(`There is no list of streams at the pod: ${advice}`, true);
  }

  let before = { skip: 0, listed: '' };

  /** Whoever skips nothing when asked to would be asked for ever. */
  function isRepeated(skip: number, streams: unknown[]): boolean {
    const listed = JSON.stringify(streams);
    const isSame = skip > before.skip && listed === before.listed;
    before = { skip, listed };
    return isSame;
  }

  async function ask(
    skip: number,
    since: Date,
    until: Date | undefined,
  ): Promise<StreamPage> {
    const { streams: listed, count } = await list(skip, until);
    const streams = isRepeated(skip, listed) ? [] : listed;
    const due: DueStream[] = [];
    const unreadable: unknown[] = [];
    for (const stream of streams) {
      const found = dueOf(stream, since);
      if (found === 'unreadable') unreadable.push(stream);
      else if (found) due.push(found);
    }
    const next = skip + streams.length;
    // A short page is not the last one: a pod may give fewer than it is asked for.
    const isOver = streams.length === 0 || (count !== undefined && next >= count);
    return { due, unreadable, next: isOver ? undefined : next };
  }

  /** The page that was asked for last: it is read in several chunks. */
  let last: { place: string; page: StreamPage } | undefined;

  return async function read(
    runId: string,
    skip: number,
    since: Date,
    until: Date | undefined,
  ): Promise<StreamPage> {
    const place = `${runId} ${skip} ${since.toISOString()}`;
    if (last?.place !== place) last = { place, page: await ask(skip, since, until) };
    return last.page;
  };
}

function dueOf(stream: unknown, since: Date): DueStream | 'unreadable' | undefined {
  const { success, data } = streamSchema.safeParse(stream);
  if (!success) return 'unreadable';
  const { id, attributes } = data;
  const type = data.type?.toUpperCase() ?? '';
  const last = attributes?.lastMessageDate;
  if (last !== undefined && last < since.getTime()) return undefined;
  const name = attributes?.roomName?.trim();
  const members = type === 'IM' ? idsIn(attributes?.members ?? []) : [];
  return {
    ...{ id, type },
    ...(name && { name }),
    ...(members.length > 0 && { members }),
    ...(last !== undefined && { lastMessageAt: last }),
  };
}

const idsIn = (members: unknown[]): string[] =>
  members.flatMap((member) => {
    const id = userId.safeParse(member).data;
    return id === undefined ? [] : [id];
  });

/** What the log says of a stream that nobody can read. */
export function rejectedStream(organisation: string, stream: unknown): Reject {
  const hash = hashOf(stream);
  return {
    key: keys.unreadable(organisation, hash),
    itemId: hash,
    at: new Date(0).toISOString(),
    reason:
      'Symphony listed a stream that could not be read, so its messages are not archived. Look it up in the list of streams of the Admin Portal, and report its form.',
  };
}
