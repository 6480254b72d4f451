import { z } from 'zod';

/** What happened to a source item; each event is an email of its own. */
export const itemEvents = ['created', 'edited', 'deleted', 'supplemented'] as const;
/** One of `itemEvents`. */
export type ItemEvent = (typeof itemEvents)[number];

/**
 * A person as the source knows them. `id` is the source's own id, `address` an email address
 * as the source gave it (not validated), `name` what the source displays.
 */
export const personSchema = z.object({
  id: z.string(),
  name: z.string().optional(),
  address: z.string().optional(),
});
export type Person = z.infer<typeof personSchema>;

/** A downloaded file: `path` in the container `attachments`, size in bytes, SHA-256 in hex. */
export const storedFileSchema = z.object({
  name: z.string(),
  contentType: z.string(),
  bytes: z.number(),
  sha256: z.string(),
  path: z.string(),
});
export type StoredFile = z.infer<typeof storedFileSchema>;

/** A file that keeps its place as a line in the email's body: it makes the item *partial*. */
export const missingFileSchema = z.object({
  name: z.string(),
  bytes: z.number().optional(),
  sha256: z.string().optional(),
  /** A sentence for the reader of the email. */
  reason: z.string(),
});
export type MissingFile = z.infer<typeof missingFileSchema>;

/** A text that another item is about: what was edited, deleted or supplemented. */
export interface Quote {
  author: Person;
  /** When the quoted text was written. */
  at: Date;
  text: string;
}

/**
 * One source item, ready to become one email. Strings come from outside and are not trusted:
 * composing the email makes them safe.
 */
export interface ArchiveItem {
  /** SHA-256 in hex, see `itemKey`. */
  key: string;
  /** The source's own id of the item. */
  itemId: string;
  event: ItemEvent;
  /** When it happened (UTC); the email's `Date`. */
  at: Date;
  /** `id` is stable for all items of the conversation, `name` becomes the subject. */
  conversation: { id: string; name: string };
  /** The one who wrote it; for an edit or deletion the one who did it. */
  author: Person;
  /** Who gets it: those who could read it when it was sent. Holds the author if they could. */
  participants: Person[];
  /** People to show as recipients who get no copy by that, such as the author of an original. */
  mentioned?: Person[];
  /** True where the source can't tell who could read it: the catch-all mailbox gets it too. */
  audienceUnknown?: boolean;
  text: string;
  /** The source's own HTML, unsanitised. */
  html?: string;
  /** Says what happened where nobody did it, or nobody knows who, in place of "Ada edited a message". */
  change?: string;
  /** Sentences about what is special with this item, shown above the footer. */
  notes?: string[];
  quote?: Quote;
  files: StoredFile[];
  missing: MissingFile[];
  /** Something else than a file could not be had, such as text that can't be decrypted. */
  partial?: string;
  /** Key of the item that this one answers. */
  parentKey?: string;
  /** Key of the item that this one edits, deletes or supplements. */
  changesKey?: string;
}
