import { z } from 'zod';
import type { OpenGap, SourceRecord } from '../connector.ts';
import { supplementOf } from '../page/gapEnds.ts';
import type { Found } from '../page/pageDraft.ts';
import type { PageWork, Source } from './pageWork.ts';
import { contextSchema, keys, type Raw, rawSchema } from './records.ts';

const retrySchema = z.object({
  ...{ kind: z.literal('file'), page: z.string(), key: z.string() },
  file: z.object({
    id: z.string(),
    name: z.string().optional(),
    size: z.number().optional(),
    uri: z.string().optional(),
  }),
});
type Retry = z.infer<typeof retrySchema>;

/**
 * One more try at a file that an earlier run had to leave. A new export has a new address for it;
 * the old one is pre-signed, and good for a while only.
 */
export async function retryGap(
  { downloads }: Source,
  work: PageWork,
  gap: OpenGap,
): Promise<void> {
  const retry = retrySchema.safeParse(gap.retry).data;
  const first = retry && (await recall(work, retry));
  if (!retry || !first) {
    if (gap.expired) work.resolve(gap.object, true);
    return;
  }
  const known = work.open?.survey.files.get(retry.file.id);
  const file = {
    id: retry.file.id,
    name: known?.name ?? retry.file.name,
    size: known?.size ?? retry.file.size,
    uri: known?.uri ?? retry.file.uri,
  };
  const outcome = await downloads(file, work.request.limits.until);
  if (outcome.kind === 'stored') {
    work.add(supplement(first, retry.file.id, [outcome.file]));
    work.resolve(gap.object, false);
  } else if (outcome.kind === 'missing' || gap.expired) {
    work.resolve(gap.object, true);
  }
}

interface Recalled {
  record: SourceRecord;
  organisation: string;
  raw: Extract<Raw, { source: unknown }>;
  rooms: string[];
}

/** The record of first sight, with its chats put into this page's context. */
async function recall(work: PageWork, retry: Retry): Promise<Recalled | undefined> {
  const found = await work.request.recall(retry.page, retry.key);
  if (!found) return undefined;
  const { record } = found;
  const context = contextSchema.parse(found.context);
  const raw = rawSchema.parse(record.raw);
  if (raw.kind === 'supplement') return undefined;
  for (const [id, known] of Object.entries(context.people)) work.keepPerson(id, known);
  const rooms = raw.rooms.flatMap((name) => {
    const room = Object.hasOwn(context.rooms, name) ? context.rooms[name] : undefined;
    if (!room) return [];
    const kept = `${name}@${retry.page}`;
    work.keepRoom(kept, room);
    return [kept];
  });
  return { record, organisation: context.organisation, raw, rooms };
}

function supplement(
  { record, organisation, raw, rooms }: Recalled,
  fileId: string,
  files: SourceRecord['files'],
): Found {
  const key = keys.supplement(organisation, fileId, record.key);
  return supplementOf(record, key, { kind: 'supplement', of: raw, rooms }, files);
}
