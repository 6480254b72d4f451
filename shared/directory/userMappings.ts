import type { ContainerClient } from '@azure/storage-blob';
import { z } from 'zod';
import { answered, readJson, writeJson } from '../archive/state/blobs.ts';
import { type MappingLine, parseMapping, type SpellId } from './mappingCsv.ts';
import { createMailboxFor, type MailboxFor } from './userMapping.ts';

/** A connector's custom mapping, as it is in force. */
export interface UserMapping {
  /** Another one for each file that was taken; empty where there never was one. */
  version: string;
  mailboxFor: MailboxFor;
}

/** The files `config/mapping/NAME.csv`. */
export interface UserMappings {
  /** One conditional read where nothing has changed. */
  inForce(connector: string): Promise<UserMapping>;
}

/** Where mappings are read, kept and reported. */
export interface UserMappingsDeps {
  config: ContainerClient;
  /** Where the last good mapping is kept: `state/mapping/NAME.json`. */
  state: ContainerClient;
  /** How the connector's items spell ids of people. */
  spellingOf(connector: string): SpellId;
  /** Tells an administrator what is wrong with the file, or with '' that nothing is. */
  report(connector: string, problem: string): Promise<void>;
}

const keptSchema = z.object({
  version: z.string(),
  /** When that file was written, by the storage's clock. */
  changedAt: z.string(),
  lines: z.array(z.object({ externalUserId: z.string(), mailbox: z.string() })),
});
type Kept = z.infer<typeof keptSchema>;

const megabyte = 1024 * 1024;
const mostBytes = 32 * megabyte;
const noFile = 'absent';
const never: Kept = { version: '', changedAt: new Date(0).toISOString(), lines: [] };

type File =
  | { kind: 'same' }
  | { kind: 'none' }
  | { kind: 'new'; etag: string; changedAt: string; content: Buffer | 'too large' };

/** Where in the container `config` an administrator puts the mapping. */
export const mappingPath = (connector: string): string => `mapping/${connector}.csv`;

/** Reads the containers `config` and `state`. */
export function createUserMappings(deps: UserMappingsDeps): UserMappings {
  const known = new Map<string, { etag: string; mapping: UserMapping }>();
  const keptPath = (connector: string) => `mapping/${connector}.json`;

  /** The mapping that this file brings, or the last good one. */
  async function take(connector: string, file: File): Promise<Kept> {
    const stored = await readJson(deps.state, keptPath(connector), keptSchema);
    const kept = stored?.value ?? never;
    if (file.kind === 'same') return kept;
    const { lines, problems } = read(file, deps.spellingOf(connector));
    await deps.report(
      connector,
      problems.length > 0 ? sentence(connector, problems) : '',
    );
    const version = file.kind === 'new' ? file.etag : '';
    if (problems.length > 0 || version === kept.version) return kept;
    const changedAt = file.kind === 'new' ? file.changedAt : kept.changedAt;
    const taken = { version, changedAt, lines };
    // Who read an older file than somebody else leaves theirs alone.
    if (taken.changedAt >= kept.changedAt) {
      await writeJson(deps.state, keptPath(connector), taken, stored?.etag ?? 'absent');
    }
    return taken;
  }

  return {
    async inForce(connector) {
      const before = known.get(connector);
      const file = await readFile(deps.config, mappingPath(connector), before?.etag);
      const etag = file.kind === 'new' ? file.etag : noFile;
      if (before && (file.kind === 'same' || before.etag === etag)) return before.mapping;
      const { version, lines } = await take(connector, file);
      const mapping = { version, mailboxFor: createMailboxFor(lines) };
      known.set(connector, { etag, mapping });
      return mapping;
    },
  };
}

function read(
  file: File,
  spellId: SpellId,
): { lines: MappingLine[]; problems: string[] } {
  if (file.kind !== 'new') return { lines: [], problems: [] };
  if (file.content !== 'too large') return parseMapping(file.content, spellId);
  const problem = `It has more than ${mostBytes / megabyte} MB.`;
  return { lines: [], problems: [problem] };
}

const sentence = (connector: string, problems: string[]): string =>
  `The custom mapping config/${mappingPath(connector)} is not used, and the last good one stays in force. Correct it: ${problems.join(' ')}`;

async function readFile(
  container: ContainerClient,
  path: string,
  etag: string | undefined,
): Promise<File> {
  const conditions = etag && etag !== noFile ? { ifNoneMatch: etag } : {};
  try {
    const answer = await container.getBlobClient(path).download(0, undefined, {
      conditions,
    });
    const found = {
      ...{ kind: 'new' as const, etag: answer.etag ?? '' },
      changedAt: (answer.lastModified ?? new Date(0)).toISOString(),
    };
    if ((answer.contentLength ?? 0) > mostBytes) {
      for await (const _ of answer.readableStreamBody ?? []) break;
      return { ...found, content: 'too large' };
    }
    const chunks: Buffer[] = [];
    for await (const chunk of answer.readableStreamBody ?? []) {
      chunks.push(Buffer.from(chunk));
    }
    return { ...found, content: Buffer.concat(chunks) };
  } catch (error) {
    if (answered(error, 304)) return { kind: 'same' };
    if (answered(error, 404)) return { kind: 'none' };
    throw error;
  }
}
