import sanitizeHtml from 'sanitize-html';
import { type Entities, entityLabel } from './entities.ts';
import { fieldLabel, fieldTags, isChoice, isSelected, questionIn } from './forms.ts';

const formatting = [
  ...['p', 'br', 'div', 'span', 'hr', 'h1', 'h2', 'h3', 'h4', 'h5', 'h6', 'label'],
  ...['b', 'strong', 'i', 'em', 'u', 's', 'del', 'ins', 'sub', 'sup', 'small'],
  ...['a', 'blockquote', 'code', 'pre', 'ul', 'ol', 'li'],
  ...['table', 'thead', 'tbody', 'tfoot', 'tr', 'th', 'td'],
];

const textIn = (tagName: string, text: string) => ({ tagName, attribs: {}, text });

/**
 * PresentationML as HTML that only formats: what a form asks for is text, and so are an image and
 * a chime. Mentions and tags keep what their reader saw.
 *
 * https://docs.developers.symphony.com/bots/messages/overview-of-presentationml
 */
export function htmlOf(presentation: string, entities: Entities): string {
  return sanitizeHtml(withLabels(presentation, entities), {
    allowedTags: formatting,
    allowedAttributes: {
      a: ['href'],
      td: ['colspan', 'rowspan'],
      th: ['colspan', 'rowspan'],
    },
    allowedSchemes: ['http', 'https', 'mailto'],
    nonTextTags: ['script', 'style', 'title', 'noscript', 'iframe'],
    transformTags: {
      form: 'div',
      select: 'ul',
      'dropdown-menu': 'ul',
      option: 'li',
      button: 'b',
      img: (_, { alt = '' }) => textIn('span', alt),
      audio: () => textIn('span', '[chime]'),
      chime: () => textIn('span', '[chime]'),
      ...Object.fromEntries(
        fieldTags.map((tag) => [
          tag,
          (_: string, attributes: sanitizeHtml.Attributes) =>
            textIn('span', fieldLabel({ ...attributes, tag })),
        ]),
      ),
    },
    parser: { recognizeSelfClosing: true },
    nestingLimit: 100,
  });
}

const emptyEntity =
  /<(span|div)\b[^<>]*\bdata-entity-id=["']([^"'<>]*)["'][^<>]*?(?:\/>|>\s*<\/\1>)/g;
const filledIn =
  /<(radio|checkbox|button|textarea|text-field|masked-text-field)\b([^<>]*)>([^<]*)<\/\1>/g;
const option = /<option\b[^<>]*>/g;

/** What is drawn by the client alone gets words: entities without text, and parts of forms. */
export function withLabels(presentation: string, entities: Entities): string {
  return presentation
    .replaceAll(emptyEntity, (_, tag: string, id: string) => {
      const label = escaped(entityLabel(entities.get(id)));
      return `<${tag}>${label}</${tag}>`;
    })
    .replaceAll(filledIn, (whole, tag: string, attributes: string, text: string) => {
      if (tag === 'radio' || tag === 'checkbox') {
        return `<div>${isChoice(attributes) ? '[x]' : '[ ]'} ${text}</div>`;
      }
      if (tag === 'button') return `<b>[${text}]</b>`;
      if (text.trim() === '') return whole;
      const question = questionIn(attributes);
      return `<span>[${question ? `${question}: ` : ''}${text}]</span> `;
    })
    .replaceAll(option, (tag) => (isSelected(tag) ? `${tag}[x] ` : tag));
}

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
