import type { EmailAttachment } from '../email/types.ts';

/** A file that goes into a message; `index`: its number among the email's files, if it is one. */
export type SourceFile = EmailAttachment & { index?: number };

/** In the order that they have, each in the last part where it fits. */
export function splitFiles(files: SourceFile[], room: number) {
  const leftOut: SourceFile[] = [];
  const parts: SourceFile[][] = [[]];
  let left = room;
  for (const file of files) {
    const bytes = file.bytes + perFile;
    if (bytes > room) {
      leftOut.push(file);
      continue;
    }
    if (bytes > left) {
      parts.push([]);
      left = room;
    }
    parts.at(-1)?.push(file);
    left -= bytes;
  }
  return { parts, leftOut };
}

/** What the store adds to a file: its name and properties. */
const perFile = 1_000;
