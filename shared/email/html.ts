/** Markup that may stand in an HTML body as it is. */
export class SafeHtml {
  readonly markup: string;
  constructor(markup: string) {
    this.markup = markup;
  }
}

type Value = string | SafeHtml | SafeHtml[];

/** A template whose values are escaped, unless they are `SafeHtml` themselves. */
export function html(strings: TemplateStringsArray, ...values: Value[]): SafeHtml {
  let markup = strings[0] ?? '';
  values.forEach((value, i) => {
    markup += markupOf(value) + (strings[i + 1] ?? '');
  });
  return new SafeHtml(markup);
}

/** Plain text as markup, its line breaks kept. */
export function lines(text: string): SafeHtml {
  return new SafeHtml(escapeHtml(text).replaceAll('\n', '<br>\n'));
}

function markupOf(value: Value): string {
  if (typeof value === 'string') return escapeHtml(value);
  if (value instanceof SafeHtml) return value.markup;
  return value.map(({ markup }) => markup).join('');
}

const entities: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => entities[character] ?? '');
}
