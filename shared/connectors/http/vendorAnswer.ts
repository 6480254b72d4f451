import { Readable } from 'node:stream';
import type { z } from 'zod';
import { messageOf } from '../../errors.ts';
import { shallow } from '../../shallow.ts';
import { BrokenAnswer } from './vendorFaults.ts';

const largestText = 64 * 1024 * 1024;

/** A vendor's answer while it is being read. */
export interface Answer {
  status: number;
  headers: Headers;
  text(): Promise<string>;
  /** JSON as the schema says. Throws `BrokenAnswer` if it is no JSON, else a `ZodError`. */
  json<T>(schema: z.ZodType<T>): Promise<T>;
  /** The body as it comes; it fails with `BrokenAnswer` if it breaks off or stalls. */
  stream(): Readable;
}

/** An answer, and whether its body broke off, however whoever read it reported that. */
export interface OpenAnswer {
  answer: Answer;
  brokenBy(): BrokenAnswer | undefined;
}

/** `touch` is called for each chunk: the time limit counts from the last one. */
export function openAnswer(response: Response, touch: () => void): OpenAnswer {
  let broken: BrokenAnswer | undefined;

  async function* chunks(): AsyncGenerator<Uint8Array> {
    try {
      for await (const chunk of response.body ?? []) {
        touch();
        yield chunk;
      }
    } catch (error) {
      broken = new BrokenAnswer(`it broke off: ${messageOf(error)}`);
      throw broken;
    }
  }

  async function text(): Promise<string> {
    const parts: Uint8Array[] = [];
    let bytes = 0;
    for await (const chunk of chunks()) {
      bytes += chunk.byteLength;
      if (bytes > largestText) throw new BrokenAnswer('it does not end');
      parts.push(chunk);
    }
    return Buffer.concat(parts).toString('utf8');
  }

  const answer: Answer = {
    status: response.status,
    headers: response.headers,
    text,
    async json(schema) {
      const body = await text();
      let value: unknown;
      try {
        value = shallow(JSON.parse(body));
      } catch {
        throw new BrokenAnswer('it is no JSON');
      }
      return schema.parse(value);
    },
    stream: () => Readable.from(chunks(), { objectMode: false }),
  };
  return { answer, brokenBy: () => broken };
}
