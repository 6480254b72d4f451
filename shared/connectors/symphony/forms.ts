/**
 * What a form asks for; what somebody answers is no message.
 *
 * https://docs.developers.symphony.com/bots/messages/overview-of-messageml/symphony-elements-1
 */
export const fieldTags = [
  ...['input', 'textarea', 'text-field', 'masked-text-field'],
  ...[
    'person-selector',
    'room-selector',
    'date-picker',
    'time-picker',
    'timezone-picker',
  ],
];

type Attributes = Record<string, string | undefined>;

/** An input as it looks before somebody fills it in. */
export function fieldLabel({ tag = 'input', ...attributes }: Attributes): string {
  const { type, label, placeholder, title, name, value } = attributes;
  if (type === 'hidden') return '';
  if (type === 'radio' || type === 'checkbox') {
    return attributes.checked === undefined || attributes.checked === 'false'
      ? '[ ] '
      : '[x] ';
  }
  const what = label ?? placeholder ?? title ?? name ?? tag;
  return value ? `[${what}: ${value}] ` : `[${what}] `;
}

/** From the attributes of a radio button or a checkbox, as they are written. */
export const isChoice = (attributes: string): boolean =>
  /\bchecked=["']true["']/.test(attributes);

/** From the attributes of an option, as they are written. */
export const isSelected = (attributes: string): boolean =>
  /\bselected=["']true["']/.test(attributes);

/** What a field asks for, from its attributes as they are written: markup still. */
export const questionIn = (attributes: string): string | undefined =>
  /\b(?:label|placeholder|title)="([^"]*)"/.exec(attributes)?.[1];
