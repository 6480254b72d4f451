import type { Hash } from 'node:crypto';

export interface UploadSession {
  token: string;
  userId: string;
  /** Immutable. */
  messageId: string;
  name: string;
  contentType: string;
  size: number;
  isInline: boolean;
  contentId: string | null;
  expiresAt: Date;
  /** Bytes that have arrived, which is also where the next range begins. */
  received: number;
  hash: Hash;
  /** The ranges so far, where contents are kept. */
  ranges: Buffer[];
}

/** The sessions that are open, by what their URL ends with. */
export type UploadSessions = Map<string, UploadSession>;
