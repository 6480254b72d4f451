import { mutateBytes } from './mutateBytes.ts';
import { type Mutation, mutateJson } from './mutateJson.ts';
import { mutateLines } from './mutateLines.ts';
import { mutateMarkup } from './mutateMarkup.ts';
import { mutateZip } from './mutateZip.ts';
import type { Random } from './random.ts';

type TextChange = (text: string, random: Random) => Mutation<string>;

/** In so many cases a document that could be understood is changed by its bytes. */
const oneInSo = 8;

/** One change to a document, in the terms of what it is: JSON, markup, lines, a ZIP, or bytes. */
export async function mutate(bytes: Buffer, random: Random): Promise<Mutation<Buffer>> {
  if (random.below(oneInSo) === 0) return mutateBytes(bytes, random);
  if (bytes.subarray(0, 2).toString('latin1') === 'PK') return mutateZip(bytes, random);
  const text = textOf(bytes);
  if (!text) return mutateBytes(bytes, random);
  const { content, ...rest } = changeFor(text.content)(text.content, random);
  return { ...rest, content: text.encode(content) };
}

/** UTF-16 stays UTF-16: what is in a document is mutated, and not only how it is written. */
function textOf(bytes: Buffer) {
  if (bytes.subarray(0, 2).equals(Buffer.of(0xff, 0xfe))) {
    const encode = (text: string) => Buffer.from(text, 'utf16le');
    return { content: bytes.toString('utf16le'), encode };
  }
  const content = bytes.toString('utf8');
  const isText = bytes.length > 0 && Buffer.from(content).equals(bytes);
  return isText && !content.includes('\0')
    ? { content, encode: (text: string) => Buffer.from(text) }
    : undefined;
}

function changeFor(text: string): TextChange {
  if (isJson(text)) return mutateJson;
  if (!/^\ufeff?\s*</.test(text)) return mutateLines;
  return (markup, random) =>
    random.pick([mutateMarkup, mutateMarkup, mutateLines])(markup, random);
}

function isJson(text: string): boolean {
  try {
    return typeof JSON.parse(text) === 'object';
  } catch {
    return false;
  }
}
