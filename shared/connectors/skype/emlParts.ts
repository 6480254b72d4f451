import { BrokenFile } from './faults.ts';

/** As much of a line as tells what it is. */
const mostOfLine = 1000;
const headerLine = /^([!-9;-~]+:|[ \t])/;
const partHeader = /^content-(type|transfer-encoding|disposition):/i;
const boundaryIn = /\bboundary\s*=\s*(?:"([^"]+)"|([^\s;]+))/i;

/** The boundary of a message with parts, from its `Content-Type`. */
export function boundaryOf(contentType: string): string | undefined {
  if (!/^\s*multipart\//i.test(contentType)) return undefined;
  const [, quoted, bare] = boundaryIn.exec(contentType) ?? [];
  return quoted ?? bare;
}

/**
 * Sees that each part begins as one: a parser passes over what stands before the first boundary,
 * and takes for a header whatever has no empty line before it. What was said there would be gone
 * without a word. Throws a `BrokenFile`.
 */
export function createPartsCheck(boundary: string) {
  const boundaries = new Set([boundary]);
  let state: 'before' | 'header' | 'base64' | 'body' = 'before';
  let header: string[] = [];
  let rest = '';
  let hasParts = false;

  function afterHeader(): typeof state {
    const all = header.join('\n').replace(/\n[ \t]+/g, ' ');
    const [, type = ''] = /^content-type:(.*)$/im.exec(all) ?? [];
    const inner = boundaryOf(type);
    if (inner) boundaries.add(inner);
    if (inner) return 'before';
    return /^content-transfer-encoding:\s*base64/im.test(all) ? 'base64' : 'body';
  }

  function see(line: string): void {
    const text = line.replace(/\r$/, '');
    const isBoundary = text.startsWith('--') && boundaries.has(text.slice(2).trimEnd());
    const isClosing =
      text.startsWith('--') && boundaries.has(text.slice(2).replace(/--\s*$/, ''));
    if (isClosing && !isBoundary && !hasParts) throw new BrokenFile(broken);
    if (isBoundary) {
      hasParts = true;
      [state, header] = ['header', []];
    } else if (state === 'header' && text.trim() === '') {
      state = afterHeader();
    } else if (state === 'header') {
      if (!headerLine.test(text)) throw new BrokenFile(broken);
      header.push(text);
    } else if (state === 'before' && partHeader.test(text)) {
      throw new BrokenFile(broken);
    } else if (state === 'base64') {
      if (isClosing) state = 'body';
      else throwIfNoBase64(text);
    }
  }

  return (chunk: string): void => {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop()?.slice(0, mostOfLine) ?? '';
    for (const line of lines) see(line);
  };
}

/** Parsers pass over what is none, and what follows it comes out as something else. */
export function throwIfNoBase64(text: string): void {
  if (!/[^A-Za-z0-9+/=\s]/.test(text)) return;
  throw new BrokenFile('It says that it is Base64, and something else stands there.');
}

const broken = 'One of its parts does not begin as a part of an email does.';
