import { convert } from 'html-to-text';
import { isCiphertext } from './ciphertext.ts';
import type { Message, MessageEvent } from './schema.ts';

export interface MessageText {
  text: string | undefined;
  html: string | undefined;
  /** There is a text, but Webex's key service did not decrypt it. */
  isHidden: boolean;
}

type Source = Pick<Message, 'text' | 'html' | 'errors'> | undefined;
type Field = 'text' | 'html';

/**
 * What was written when the event happened. The event has the text of its own time, the message
 * the text of now: after an edit the event is the only copy of what was there before.
 */
export function textAtEvent(
  event: MessageEvent,
  message: Message | undefined,
): MessageText {
  const then = readableText({ ...event.data, errors: event.data.errors ?? event.errors });
  const now = readableText(message);
  const isStill = event.type === 'updated' ? isOfEdit : isUnedited;
  const nowApplies =
    message !== undefined && (then.text === now.text || isStill(event, message));
  const known = then.text ?? (nowApplies ? now.text : undefined);
  const html = nowApplies && (now.text ?? known) === known ? now.html : then.html;
  const text = known ?? plain(html);
  return { text, html, isHidden: text === undefined && (then.isHidden || now.isHidden) };
}

/** What a deleted message said last, where a compliance officer can still read it. */
export const lastText = (message: Message | undefined): string | undefined => {
  const { text, html } = readableText(message);
  return text ?? plain(html);
};

function readableText(source: Source): MessageText {
  return {
    text: readableField(source, 'text'),
    html: readableField(source, 'html'),
    isHidden: isHiddenField(source, 'text') || isHiddenField(source, 'html'),
  };
}

/** https://developer.webex.com/docs/basics: a field may be refused with `kms_failure`. */
const isHiddenField = (source: Source, field: Field): boolean =>
  source?.errors?.[field] !== undefined || isCiphertext(source?.[field]);

const readableField = (source: Source, field: Field): string | undefined =>
  isHiddenField(source, field) ? undefined : source?.[field];

const isUnedited = (_event: MessageEvent, message: Message): boolean =>
  message.updated === undefined;

/** The message is as this very edit has left it. */
const isOfEdit = (event: MessageEvent, message: Message): boolean =>
  message.updated === (event.data.updated ?? event.created);

function plain(html: string | undefined): string | undefined {
  return html === undefined ? undefined : convert(html, { wordwrap: false });
}
