import { Readable } from 'node:stream';
import type { MailComposerAttachment } from 'nodemailer/lib/mail-composer';
import type { StoredFile } from '../archive/state/item.ts';
import { fileNames } from './fileNames.ts';
import type { OpenFile } from './types.ts';

/** An item's files, as the email's composer takes them. */
export function attachmentsOf(
  files: StoredFile[],
  openFile: OpenFile,
): MailComposerAttachment[] {
  const names = fileNames(files.map(({ name }) => name));
  return files.map((file, i) => ({
    filename: names[i],
    contentType: contentType(file.contentType),
    content: Readable.from(content(file, openFile), { objectMode: false }),
  }));
}

/**
 * The file's bytes. It is opened when its turn comes, so that an email with many files holds
 * one connection, and must have the size that was measured when it was stored: a file that
 * breaks off would otherwise make an email that looks complete.
 */
async function* content(file: StoredFile, openFile: OpenFile): AsyncGenerator<Buffer> {
  let bytes = 0;
  for await (const chunk of await openFile(file)) {
    const part: Buffer = Buffer.isBuffer(chunk) ? chunk : Buffer.from(chunk);
    bytes += part.length;
    if (bytes > file.bytes) throw sizeFault(file, 'more');
    yield part;
  }
  if (bytes < file.bytes) throw sizeFault(file, `only ${bytes}`);
}

function sizeFault(file: StoredFile, found: string): Error {
  return new Error(
    `The stored file ${file.path} should have ${file.bytes} bytes and has ${found}.`,
  );
}

const mediaType = /^[\w!#$&^.+-]{1,100}\/[\w!#$&^.+-]{1,100}$/;

/** Type and subtype. Containers of other parts would be taken apart by whoever reads them. */
function contentType(value: string): string {
  const type = (value.split(';')[0] ?? '').trim().toLowerCase();
  const container = /^(?:multipart|message)\//.test(type);
  return mediaType.test(type) && !container ? type : 'application/octet-stream';
}
