import type { ArchiveItem } from '../archive/state/item.ts';
import { cleanText } from './clean.ts';
import { html, lines, type SafeHtml } from './html.ts';
import { sanitize } from './sanitize.ts';
import { type Sentences, sentencesOf } from './sentences.ts';
import type { EmailOrigin } from './types.ts';

/** The two forms of an email's content. */
export interface Body {
  text: string;
  /** Where the source has HTML. */
  html: string | undefined;
}

/** The body, with CRLF line breaks as RFC 2046 asks of text parts. */
export function bodyOf(item: ArchiveItem, origin: EmailOrigin): Body {
  const sentences = sentencesOf(item, origin);
  return {
    text: crlf(textBody(item, sentences)),
    html: item.html ? crlf(htmlBody(item, item.html, sentences).markup) : undefined,
  };
}

const rule = '________________';

function textBody(item: ArchiveItem, sentences: Sentences): string {
  const { event, attribution, notes, missing, partial, footer } = sentences;
  const quoted = item.quote && cleanText(item.quote.text).replace(/^/gm, '> ');
  return [
    event,
    cleanText(item.text),
    attribution && `${attribution}\n${quoted}`,
    ...notes,
    ...missing,
    partial,
    `${rule}\n${footer.join('\n')}\n`,
  ]
    .filter(Boolean)
    .join('\n\n');
}

function htmlBody(item: ArchiveItem, source: string, sentences: Sentences): SafeHtml {
  const { event, attribution, notes, missing, partial, footer } = sentences;
  const sanitized = sanitize(source);
  const content = sanitized.markup.trim() ? sanitized : lines(cleanText(item.text));
  return html`<!DOCTYPE html>
<html><head><meta charset="utf-8"></head><body>
${paragraphs(event)}<div>${content}</div>
${attribution ? quotation(attribution, item.quote?.text ?? '') : ''}${paragraphs(
  ...notes,
  ...missing,
  partial,
)}<hr>
<p><small>${lines(footer.join('\n'))}</small></p>
</body></html>
`;
}

function quotation(attribution: string, text: string): SafeHtml {
  return html`<p>${attribution}</p>
<blockquote>${lines(cleanText(text))}</blockquote>
`;
}

function paragraphs(...sentences: (string | undefined)[]): SafeHtml[] {
  return sentences.filter(Boolean).map((sentence) => html`<p>${sentence ?? ''}</p>\n`);
}

function crlf(text: string): string {
  return text.replaceAll('\n', '\r\n');
}
