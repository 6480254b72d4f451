/** What an id in a text stands for. */
export type NameOf = (type: string, id: string) => string;

/** https://developers.ringcentral.com/guide/team-messaging/manual/mentions */
const mention = /!\[:(\w{1,20})\]\(([^)\s]{1,100})\)/g;
/** How the app itself writes a mention into the text. */
const composedMention =
  /<a class='at_mention_compose' rel='[^'\n]{0,100}'>([^<\n]{0,300})<\/a>/g;
const link = /\[([^\]\n]{1,500})\]\(((?:https?:\/\/|mailto:)[^)\s]{1,2000})\)/g;
const bold = /\*\*(?=\S)([^*\n]{1,2000})\*\*/g;
const italics = /(^|[\s([])\*(?=[^\s*])([^*\n]{1,2000})\*(?=$|[\s)\].,:;!?])/gm;
const underline = /(^|[\s([])_(?=[^\s_])([^_\n]{1,2000})_(?=$|[\s)\].,:;!?])/gm;

/** Longer texts than RingCentral allows are left as they are. */
const longest = 200_000;

/** Ids that a text mentions: https://developers.ringcentral.com/guide/team-messaging/manual/mentions */
export const referencesIn = (text: string): string[] =>
  [...text.matchAll(mention)].map(([, , id = '']) => id);

/**
 * A post's text as a reader should see it: names in place of ids, and "Glipdown", RingCentral's
 * kind of Markdown, as plain text, and as HTML where it has any.
 *
 * https://developers.ringcentral.com/guide/team-messaging/manual/formatting
 */
export function readableText(
  source: string,
  nameOf: NameOf,
): { text: string; html?: string } {
  if (source.length > longest) return { text: source };
  const named = source.replace(composedMention, '$1');
  const mentioned = named.replace(mention, (_, type: string, id: string) =>
    atName(type, nameOf(type, id)),
  );
  const text = mentioned
    .replace(link, (_, label: string, url: string) =>
      label === url ? url : `${label} (${url})`,
    )
    .replace(bold, '$1')
    .replace(italics, '$1$2')
    .replace(underline, '$1$2');
  if (text === mentioned && !/^(>|\*) /m.test(text)) return { text };
  return { text, html: htmlOf(mentioned) };
}

const isSomebody = (type: string): boolean =>
  ['person', 'contact', 'team', 'everyone'].includes(type.toLowerCase());

const atName = (type: string, name: string): string =>
  isSomebody(type) ? `@${name}` : name;

const escaped = (text: string): string =>
  text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');

function htmlOf(text: string): string {
  const lines = escaped(text)
    .replace(link, '<a href="$2">$1</a>')
    .replace(bold, '<b>$1</b>')
    .replace(italics, '$1<i>$2</i>')
    .replace(underline, '$1<u>$2</u>')
    .split('\n')
    .map((line) => {
      if (line.startsWith('&gt; ')) return `<blockquote>${line.slice(5)}</blockquote>`;
      if (line.startsWith('* ')) return `<ul><li>${line.slice(2)}</li></ul>`;
      return `${line}<br>`;
    });
  return `<p>${lines.join('\n')}</p>`;
}
