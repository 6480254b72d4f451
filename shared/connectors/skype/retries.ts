import { z } from 'zod';
import type { NewGap, OpenGap } from '../connector.ts';
import type { DropFile, DropRef } from '../dropStore.ts';
import { fileGap } from './pageWork.ts';

/** What a gap needs to be tried again. */
export const retrySchema = z.discriminatedUnion('kind', [
  /** A file that breaks off: it has to be replaced. */
  z.object({ kind: z.literal('cut'), path: z.string(), etag: z.string() }),
  /** A file that the storage refused. */
  z.object({ kind: z.literal('refused'), path: z.string(), etag: z.string() }),
  /** Files that lie where nothing is read. */
  z.object({ kind: z.literal('stray') }),
  /** The file of an upload that isn't there yet. */
  z.object({
    ...{ kind: z.literal('upload'), page: z.string(), key: z.string() },
    ...{ name: z.string(), at: z.string() },
  }),
]);
export type Retry = z.infer<typeof retrySchema>;

export const isCutGap = (gap: OpenGap | undefined, { etag }: DropRef): boolean => {
  const retry = retrySchema.safeParse(gap?.retry).data;
  return retry?.kind === 'cut' && retry.etag === etag;
};

export const cutGap = ({ path, etag }: DropFile, why: string): NewGap => ({
  object: fileGap(path),
  itemId: path,
  reason: `A file is not whole: ${why} Upload it again, whole, under the same name.`,
  retry: { kind: 'cut', path, etag },
});

export const refusedGap = ({ path, etag }: DropFile, reason: string): NewGap => ({
  ...{ object: fileGap(path), itemId: path, reason },
  retry: { kind: 'refused', path, etag },
});
