import { Readable } from 'node:stream';
import MailComposer, { type MailComposerOptions } from 'nodemailer/lib/mail-composer';
import type { ArchiveItem } from '../archive/state/item.ts';
import { messageOf } from '../errors.ts';
import { mailboxOf, recipients } from './addresses.ts';
import { attachmentsOf } from './attachments.ts';
import { bodyOf } from './body.ts';
import { archiveHeaders, messageIdOf, subjectOf, threading } from './headers.ts';
import type { ComposeEmail, EmailOrigin, OpenFile } from './types.ts';

/**
 * One item as an RFC 5322 message. The bytes depend on the item and its origin alone, never on
 * the time, the machine or the order in which the source lists people. The stream fails, and
 * does not merely end, if a file breaks off.
 */
export const composeEmail: ComposeEmail = (item, origin, openFile) => {
  const email = streamOf(item, origin, openFile);
  // Whoever reads the stream gets the error; before that it must not end the process.
  email.on('error', () => {});
  return email;
};

function streamOf(item: ArchiveItem, origin: EmailOrigin, openFile: OpenFile): Readable {
  try {
    const options = optionsFor(item, origin, openFile);
    return new MailComposer(options).compile().createReadStream();
  } catch (error) {
    return failing(
      new Error(`The item ${item.key} can't become an email: ${messageOf(error)}`, {
        cause: error,
      }),
    );
  }
}

function optionsFor(
  item: ArchiveItem,
  origin: EmailOrigin,
  openFile: OpenFile,
): MailComposerOptions {
  if (!hasDate(item)) throw new Error('It has no valid date.');
  const { source } = origin;
  const people = [...item.participants, ...(item.mentioned ?? [])];
  return {
    ...fixed,
    baseBoundary: messageIdOf(item.key, source).slice(1, 33),
    messageId: messageIdOf(item.key, source),
    date: item.at,
    from: mailboxOf(item.author, source),
    to: recipients(people, item.author, source),
    subject: subjectOf(item.conversation),
    ...threading(item, source),
    headers: archiveHeaders(item, origin),
    ...bodyOf(item, origin),
    attachments: attachmentsOf(item.files, openFile),
  };
}

/** A header has four digits for the year, from 1900 on (RFC 5322, 3.3). */
function hasDate({ at }: ArchiveItem): boolean {
  const year = at.getUTCFullYear();
  return year >= 1900 && year <= 9999;
}

const fixed: MailComposerOptions = {
  newline: 'windows',
  boundaryPrefix: '--_archive',
  textEncoding: 'base64',
  // A text with a line such as `--boundary` would otherwise end its part, and keys are no secret.
  encoding: 'base64',
  disableFileAccess: true,
  disableUrlAccess: true,
  normalizeHeaderKey: (key) => (key === 'X-Archive-Item-ID' ? 'X-Archive-Item-Id' : key),
};

function failing(error: Error): Readable {
  return new Readable({
    read() {
      this.destroy(error);
    },
  });
}
