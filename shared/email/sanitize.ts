import sanitizeHtml from 'sanitize-html';
import { cleanText } from './clean.ts';
import { SafeHtml } from './html.ts';

const linkable = /^\s*(?:https?|mailto):/i;

const options: sanitizeHtml.IOptions = {
  allowedTags: [
    ...['p', 'br', 'div', 'span', 'hr', 'h1', 'h2', 'h3', 'h4', 'h5', 'h6'],
    ...['b', 'strong', 'i', 'em', 'u', 's', 'del', 'ins', 'sub', 'sup', 'small', 'mark'],
    ...['a', 'blockquote', 'q', 'code', 'pre', 'kbd', 'ul', 'ol', 'li', 'dl', 'dt', 'dd'],
    ...['table', 'caption', 'thead', 'tbody', 'tfoot', 'tr', 'th', 'td'],
  ],
  allowedAttributes: {
    a: ['href', 'rel'],
    ol: ['start'],
    td: ['colspan', 'rowspan'],
    th: ['colspan', 'rowspan'],
  },
  allowedSchemes: ['http', 'https', 'mailto'],
  allowProtocolRelative: false,
  // What these hold is not meant to be read; of every other unknown tag the text stays, so
  // that a vendor's own tags (Webex: spark-mention) lose nothing that a reader sees.
  nonTextTags: [
    ...[
      'script',
      'style',
      'title',
      'template',
      'iframe',
      'noscript',
      'noembed',
      'noframes',
    ],
    ...['textarea', 'option', 'xmp', 'plaintext'],
  ],
  transformTags: {
    // An image on a server tells whoever runs it who reads the archive, and when.
    img: (tagName, { alt }) => ({ tagName, attribs: {}, text: alt ?? '' }),
    a: (tagName, { href }) => ({
      tagName,
      attribs:
        href && linkable.test(href) ? { href, rel: 'noopener noreferrer nofollow' } : {},
    }),
  },
  nestingLimit: 100,
};

/** A source's own HTML as far as it only formats text and links to other places. */
export function sanitize(sourceHtml: string): SafeHtml {
  // Cleaned last: entities such as &#8238; have become characters by then.
  return new SafeHtml(cleanText(sanitizeHtml(sourceHtml, options)));
}
