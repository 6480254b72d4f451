import type { MissingFile, StoredFile } from '../../archive/state/item.ts';
import type { NewGap, SourceRecord } from '../connector.ts';
import type { WantedFile } from './files.ts';
import type { OpenExport } from './library.ts';
import type { Listed, Parsed } from './listing.ts';
import type { PageWork, Source } from './pageWork.ts';
import { referencesIn } from './text.ts';

/** A record for the page, and what is left of it for later. */
export interface Built {
  record: SourceRecord;
  gaps: NewGap[];
}

type Item = Extract<Listed['content'], { kind: 'item' }>;

/** What identifies a gap within the connector. */
export const gapObject = (key: string, fileId: string): string => `file:${key}:${fileId}`;

/** One record, with its chats and people in the page's context, and its files. */
export async function buildItem(
  source: Source,
  work: PageWork,
  open: OpenExport,
  { key, at }: Listed,
  { itemId, event, changes, parsed }: Item,
): Promise<Built> {
  const rooms = chatsOf(parsed).filter((id) => work.useRoom(id));
  mentionAll(work, open, parsed);
  const files = await filesOf(source, work, open, { key, at }, itemId, parsed);
  return {
    record: {
      ...{ key, at, itemId, event },
      ...(changes !== undefined && { changes }),
      raw: { ...parsed, rooms, missing: files.missing },
      files: files.stored,
    },
    gaps: files.gaps,
  };
}

/** Of an item of an unknown kind nobody can tell who may read it. */
export function chatsOf(parsed: Parsed): string[] {
  if (parsed.kind === 'other') return [];
  if (parsed.kind !== 'post') return parsed.source.chatIds ?? [];
  return parsed.source.chatId === undefined ? [] : [parsed.source.chatId];
}

function mentionAll(work: PageWork, { survey }: OpenExport, parsed: Parsed): void {
  work.mention(parsed.source.creator?.id);
  work.mention(parsed.source.lastModifiedBy?.id);
  if (parsed.kind === 'task') {
    for (const { id } of parsed.source.assignees ?? []) work.mention(id);
  }
  if (parsed.kind !== 'post') return;
  const { attachments = [], mentions = [], text = '' } = parsed.source;
  const ids = [...attachments, ...mentions].map(({ id }) => id);
  for (const id of [...ids, ...referencesIn(text)]) {
    work.mention(id);
    const chat = survey.chats.get(id);
    const thing = chat?.name ? { type: 'Team', title: chat.name } : survey.things.get(id);
    if (thing) work.keepThing(id, thing);
  }
}

/** Files by the list of files, or as the attachment itself says. */
export function wantedFiles(parsed: Parsed, { survey }: OpenExport): WantedFile[] {
  if (parsed.kind === 'file') {
    const { id, name, size, contentUri: uri } = parsed.source;
    return [{ id, name, size, uri }];
  }
  if (parsed.kind !== 'post' && parsed.kind !== 'task') return [];
  const attachments = parsed.source.attachments ?? [];
  const unique = [...new Map(attachments.map((one) => [one.id, one])).values()];
  return unique
    .filter(({ id, type }) => type?.toLowerCase() === 'file' || survey.files.has(id))
    .map(({ id, name, contentUri }) => {
      const known = survey.files.get(id);
      return {
        id,
        name: known?.name ?? name,
        size: known?.size,
        uri: known?.uri ?? contentUri,
      };
    });
}

interface Files {
  stored: StoredFile[];
  missing: MissingFile[];
  gaps: NewGap[];
}

async function filesOf(
  { downloads }: Source,
  { request }: PageWork,
  open: OpenExport,
  { key }: { key: string; at: string },
  itemId: string,
  parsed: Parsed,
): Promise<Files> {
  const files: Files = { stored: [], missing: [], gaps: [] };
  const wanted = wantedFiles(parsed, open);
  const outcomes = await Promise.all(
    wanted.map((file) => downloads(file, request.limits.until)),
  );
  for (const [index, outcome] of outcomes.entries()) {
    const file = wanted[index];
    if (outcome.kind === 'stored') files.stored.push(outcome.file);
    // With what was deleted its files go too; there is nothing to wait for.
    else if (!parsed.source.deleted) files.missing.push(outcome.file);
    if (!file || outcome.kind !== 'later' || parsed.source.deleted) continue;
    const retry = { kind: 'file', page: request.page, key, file };
    const object = gapObject(key, file.id);
    files.gaps.push({ object, itemId, reason: outcome.reason, retry });
  }
  return files;
}
