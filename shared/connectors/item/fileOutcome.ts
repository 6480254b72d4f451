import type { MissingFile, StoredFile } from '../../archive/state/item.ts';

/** What became of a file that an item has. */
export type FileOutcome =
  | { kind: 'stored'; file: StoredFile }
  /** It will never be had; its place is held by a line. */
  | { kind: 'missing'; file: MissingFile }
  /** Not now: a line, and a gap that tries again. */
  | { kind: 'later'; file: MissingFile; reason: string };

/** What is known of a file without having it. */
export type FileFacts = Omit<MissingFile, 'reason'>;

/** `reason`: a sentence for whoever reads the email. */
export const missingFile = (file: FileFacts, reason: string) => ({
  kind: 'missing' as const,
  file: { ...file, reason },
});

/** `reason`: a sentence, for the email and for the gap. */
export const laterFile = (file: FileFacts, reason: string) => ({
  kind: 'later' as const,
  file: {
    ...file,
    reason: `${reason} It is tried again and follows as a supplement.`,
  },
  reason,
});
