import { BrokenAnswer } from '../http/vendorFaults.ts';

/** The body is no Base64, but what `text` begins with: an error, or somebody's web page. */
export class NotBase64 extends Error {
  override name = 'NotBase64';
  readonly text: string;
  constructor(text: string) {
    super('The body is no Base64.');
    this.text = text;
  }
}

const foreign = /[^A-Za-z0-9+/=_-]/;
const longestText = 10_000;

/**
 * The bytes of a Base64 text, as it comes. Throws `NotBase64`, and `BrokenAnswer` where the text
 * ends in the middle.
 */
export async function* decoded(
  chunks: AsyncIterable<Uint8Array>,
): AsyncGenerator<Buffer> {
  let [rest, isOver] = ['', false];
  for await (const chunk of chunks) {
    const text = Buffer.from(chunk).toString('latin1');
    const digits = rest + text.replaceAll(/\s/g, '');
    if (foreign.test(digits)) throw new NotBase64(await textOf(rest + text, chunks));
    const whole = digits.length - (digits.length % 4);
    if ((isOver && digits !== '') || digits.slice(0, whole - 2).includes('=')) {
      throw new BrokenAnswer('its Base64 ends before its end');
    }
    isOver = whole > 0 ? digits[whole - 1] === '=' : isOver;
    yield Buffer.from(digits.slice(0, whole), 'base64');
    rest = digits.slice(whole);
  }
  if (rest !== '') throw new BrokenAnswer('its Base64 ends in the middle');
}

/** As much of it as says what it is. */
async function textOf(begin: string, chunks: AsyncIterable<Uint8Array>): Promise<string> {
  let text = begin;
  for await (const chunk of chunks) {
    if (text.length >= longestText) break;
    text += Buffer.from(chunk).toString('latin1');
  }
  return text.slice(0, longestText);
}
