export const isRtf = (contentType: string): boolean =>
  /^(text|application)\/(x-)?rtf\b/i.test(contentType);

/** Groups that hold no text: fonts, colours, styles, pictures and the like. */
const silent = new Set([
  'fonttbl',
  'colortbl',
  'stylesheet',
  'info',
  'pict',
  'object',
  'themedata',
  'datastore',
  'header',
  'footer',
]);
const characters: Record<string, string> = {
  ...{ par: '\n', line: '\n', row: '\n', tab: '\t', cell: '\t' },
  ...{ emdash: '\u2014', endash: '\u2013', bullet: '\u2022' },
  ...{ lquote: '\u2018', rquote: '\u2019', ldblquote: '\u201c', rdblquote: '\u201d' },
};
const token =
  /\\([a-z]+)(-?\d+)? ?|\\'([0-9a-f]{2})|\\([^a-z'])|([{}])|([^\\{}\r\n]+)|[\r\n]/gi;

interface Group {
  isSilent: boolean;
  /** How many characters after `\u` are there for readers that don't know it. */
  fallbacks: number;
}

/**
 * The text of what clients sent as rich text. Bytes are of the code page that `\ansicpg` names;
 * `\uN` stands for itself, and what follows it for old readers is left out.
 */
export function rtfToText(rtf: string): string {
  const groups: Group[] = [{ isSilent: false, fallbacks: 1 }];
  let decoder = decoderOf('1252');
  let text = '';
  let skip = 0;
  let bytes: number[] = [];
  const here = () => groups.at(-1) ?? { isSilent: false, fallbacks: 1 };
  const flush = () => {
    if (bytes.length > 0) text += decoder.decode(Uint8Array.from(bytes));
    bytes = [];
  };
  const write = (piece: string) => {
    flush();
    const kept = piece.slice(skip);
    skip = Math.max(0, skip - piece.length);
    if (!here().isSilent) text += kept;
  };
  const control = (word: string, value: string | undefined) => {
    if (word === 'u' && value !== undefined) {
      skip = 0;
      write(String.fromCharCode((Number(value) + 65_536) % 65_536));
      skip = here().fallbacks;
    } else if (word === 'uc') here().fallbacks = Number(value ?? 1);
    else if (word === 'ansicpg') decoder = decoderOf(value ?? '1252');
    else if (silent.has(word)) here().isSilent = true;
    else if (Object.hasOwn(characters, word)) write(characters[word] ?? '');
  };
  for (const [, word, value, hex, symbol, brace, plain] of rtf.matchAll(token)) {
    if (hex === undefined) flush();
    if (word !== undefined) control(word.toLowerCase(), value);
    else if (hex !== undefined) {
      if (skip > 0) skip -= 1;
      else if (!here().isSilent) bytes.push(Number.parseInt(hex, 16));
    } else if (symbol !== undefined) {
      if (symbol === '*') here().isSilent = true;
      else if (symbol === '~') write('\u00a0');
      else if (/[\\{}]/.test(symbol)) write(symbol);
      else if (/[\r\n]/.test(symbol)) write('\n');
    } else if (brace === '{') groups.push({ ...here() });
    else if (brace === '}') groups.pop();
    else if (plain !== undefined) write(plain);
  }
  flush();
  return text.trim();
}

function decoderOf(codePage: string) {
  const label =
    codePage === '65001'
      ? 'utf-8'
      : codePage === '932'
        ? 'shift_jis'
        : `windows-${codePage}`;
  try {
    return new TextDecoder(label);
  } catch {
    return new TextDecoder('windows-1252');
  }
}
