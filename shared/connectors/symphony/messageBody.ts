import { compile } from 'html-to-text';
import { entitiesIn } from './entities.ts';
import { htmlOf } from './presentation.ts';
import { type Message, nameOf } from './schema.ts';
import { sharedIn } from './shared.ts';

/** A message as text, and as HTML that only formats. */
export interface MessageBody {
  text: string;
  html?: string;
}

const textOf = compile({
  wordwrap: false,
  selectors: [
    { selector: 'table', format: 'dataTable', options: { uppercaseHeaderCells: false } },
    { selector: 'a', options: { hideLinkHrefIfSameAsText: true, linkBrackets: false } },
    ...['h1', 'h2', 'h3', 'h4', 'h5', 'h6'].map((selector) => ({
      selector,
      options: { uppercase: false },
    })),
  ],
  limits: { maxInputLength: 4_000_000, maxDepth: 100 },
});

/** What a reader sees of a message, with the post that it shares. */
export function bodyOf(message: Message): MessageBody {
  const own = ownBody(message);
  const shared = sharedIn(message);
  if (!shared) return own;
  const { text, html = '' } = bodyOf({ ...shared, sharedMessage: undefined });
  const head = sharedHead(shared);
  return {
    text: [own.text, `${head}\n${text}`].filter(Boolean).join('\n\n'),
    html: `${own.html ?? ''}<p>${inHtml(head)}</p><blockquote>${html}</blockquote>`,
  };
}

function ownBody({ message, data }: Message): MessageBody {
  if (message === undefined) return { text: '' };
  const html = htmlOf(message, entitiesIn(data));
  const text = textOf(html);
  return { text, ...(html.trim() !== '' && { html }) };
}

function sharedHead({ user, timestamp }: Message): string {
  const name = (user && (nameOf(user) ?? user.email)) ?? 'somebody';
  const at = new Date(timestamp).toISOString().slice(0, 19).replace('T', ' ');
  return `Shared post by ${name} of ${at} UTC:`;
}

/**
 * A message of which there should be something to read and isn't: Symphony could not decrypt it.
 * `diagnostic` says so, where it is there.
 *
 * https://rest-api.symphony.com/main/messages/get-message-v1
 */
export function isHidden(message: Message): boolean {
  const { diagnostic, message: presentation, attachments = [] } = message;
  if (diagnostic) return bodyOf(message).text === '';
  return presentation === undefined && !sharedIn(message) && attachments.length === 0;
}

const inHtml = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
