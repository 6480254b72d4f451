import type { z } from 'zod';
import { Refusal } from '../http/vendorFaults.ts';
import type { ListQuery, ZoomClient } from './client.ts';
import { participantSchema } from './schema.ts';
import { uuidInPath } from './uuid.ts';

/** One stay of somebody in a meeting: who joins again has another. */
export type Row = z.infer<typeof participantSchema>;

/**
 * Everybody who was in a meeting or in its waiting room. The report knows only meetings of two
 * and more, and does not say who is internal, so it is asked second. Undefined where Zoom tells
 * nobody.
 *
 * https://developers.zoom.us/docs/api/meetings/#tag/meetings/get/past_meetings/{meetingId}/participants
 */
export async function participantsOf(
  client: ZoomClient,
  { uuid, isWebinar }: { uuid: string; isWebinar: boolean },
  until: Date | undefined,
): Promise<Row[] | undefined> {
  const kind = isWebinar ? 'webinars' : 'meetings';
  const lists: Omit<ListQuery, 'items'>[] = [
    { path: `/past_${kind}/${uuidInPath(uuid)}/participants`, feature: 'participants' },
    {
      path: `/report/${kind}/${uuidInPath(uuid)}/participants`,
      feature: 'reportParticipants',
    },
  ];
  for (const list of lists) {
    const rows = await unlessRefused(
      client.list({ ...list, items: 'participants' }, until),
    );
    const read = (rows?.items ?? [])
      .map((row) => participantSchema.safeParse(row).data)
      .filter((row) => row !== undefined);
    if (read.length > 0) return read;
  }
  return undefined;
}

async function unlessRefused<T>(request: Promise<T>): Promise<T | undefined> {
  try {
    return await request;
  } catch (error) {
    if (error instanceof Refusal) return undefined;
    throw error;
  }
}
