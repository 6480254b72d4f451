import { z } from 'zod';

const cardType = 'application/vnd.microsoft.card.adaptive';

const cardSchema = z.looseObject({
  contentType: z.literal(cardType),
  content: z.looseObject({}),
});

/** A file that lies in SharePoint, OneDrive and the like; Webex has its address alone. */
const linkSchema = z.looseObject({
  content: z.looseObject({ contentUrl: z.string(), fileId: z.string().optional() }),
});

const deepest = 20;
const longest = 100_000;

/**
 * What a reader sees of a message's attachments, as text: adaptive cards with their texts,
 * facts, inputs and actions, and links to files that other services keep.
 *
 * https://developer.webex.com/docs/api/guides/cards, https://adaptivecards.io/explorer/
 */
export function attachmentsText(attachments: unknown[]): string {
  return attachments
    .map(oneAttachment)
    .filter((text) => text !== '')
    .join('\n\n')
    .slice(0, longest);
}

function oneAttachment(attachment: unknown): string {
  const card = cardSchema.safeParse(attachment);
  if (card.success) return linesOf(card.data.content, 0).join('\n');
  const link = linkSchema.safeParse(attachment);
  if (link.success) return `Linked file: ${link.data.content.contentUrl}`;
  return '';
}

const elementSchema = z.looseObject({ type: z.string().optional().catch(undefined) });
type Element = z.infer<typeof elementSchema>;

/** Where elements hold other elements. */
const containers = ['body', 'items', 'columns', 'rows', 'cells', 'card', 'images'];

function linesOf(value: unknown, depth: number): string[] {
  if (depth > deepest) return ['…'];
  if (Array.isArray(value)) return value.flatMap((one) => linesOf(one, depth + 1));
  const parsed = elementSchema.safeParse(value);
  if (!parsed.success) return [];
  const element = parsed.data;
  const own = ownLines(element);
  const inner = [...containers, 'actions'].flatMap((name) =>
    element[name] === undefined ? [] : linesOf(element[name], depth + 1),
  );
  const lines = [...own, ...inner];
  const fallback = text(element, 'fallbackText');
  return lines.length === 0 && fallback ? [fallback] : lines;
}

function ownLines(element: Element): string[] {
  const { type = '' } = element;
  if (type === 'TextBlock') return present(text(element, 'text'));
  if (type === 'RichTextBlock')
    return present(list(element, 'inlines').map(inline).join(''));
  if (type === 'FactSet') return list(element, 'facts').map(fact);
  if (type === 'Image') return present(bracketed(text(element, 'altText')));
  if (type.startsWith('Input.')) return [input(element)];
  if (type.startsWith('Action.')) return present(action(element));
  return [];
}

const inline = (value: unknown): string =>
  typeof value === 'string' ? value : (textIn(value, 'text') ?? '');

const fact = (value: unknown): string =>
  `${textIn(value, 'title') ?? ''}: ${textIn(value, 'value') ?? ''}`;

/** An input with what it offers; what somebody put in is an item of its own. */
function input(element: Element): string {
  const label =
    text(element, 'label') ??
    text(element, 'title') ??
    text(element, 'placeholder') ??
    text(element, 'id') ??
    '';
  const choices = list(element, 'choices').map((choice) => textIn(choice, 'title') ?? '');
  const offered =
    choices.length > 0 ? choices.join(' | ') : (text(element, 'value') ?? '');
  return `${label}: [${offered}]`;
}

function action(element: Element): string | undefined {
  const url = text(element, 'url');
  const title = bracketed(text(element, 'title') ?? url);
  return url === undefined ? title : `${title} ${url}`;
}

const bracketed = (value: string | undefined): string | undefined =>
  value === undefined ? undefined : `[${value}]`;

const present = (value: string | undefined): string[] => (value ? [value] : []);

function text(element: Element, name: string): string | undefined {
  const value = element[name];
  return typeof value === 'string' && value.trim() !== '' ? value : undefined;
}

const textIn = (value: unknown, name: string): string | undefined => {
  const parsed = elementSchema.safeParse(value);
  return parsed.success ? text(parsed.data, name) : undefined;
};

const list = (element: Element, name: string): unknown[] => {
  const value = element[name];
  return Array.isArray(value) ? value : [];
};
