import { Readable } from 'node:stream';
import { type Answer, html, json, redirect } from '../simulation/answers.ts';
import { refusal } from './answers.ts';
import type { Handler } from './calls.ts';
import type { Flaw, SimFile } from './model.ts';
import { sizeOf } from './world.ts';

/** Files by their `download_url`. What goes wrong with one goes wrong so many times. */
export const getFile: Handler = (call, { findFile, served, now, elsewhere }) => {
  const file = findFile(call.id);
  if (!file || file.readyAt > now()) return html(404, 'Not Found');
  const requests = (served.get(file.id) ?? 0) + 1;
  served.set(file.id, requests);
  if (file.refusal) return refusal(file.refusal, file.refusal, 'It is refused.');
  if (file.host === 'elsewhere') {
    return redirect(`${elsewhere()}/files/${encodeURIComponent(file.id)}`);
  }
  const isFlawed = file.flaw !== undefined && requests <= file.flaw.times;
  return serve(file, isFlawed ? file.flaw?.kind : undefined);
};

export function serve(file: SimFile, flaw?: Flaw): Answer {
  if (flaw === 'html') return html(200, 'Please sign in.');
  if (flaw === 'errorJson') {
    const body = { status: false, errorCode: 124, errorMessage: 'Forbidden' };
    return json(200, body, { 'Content-Type': 'application/octet-stream' });
  }
  const bytes = sizeOf(file.content);
  const promised = flaw === 'wrongLength' ? bytes + 10 : bytes;
  return {
    status: 200,
    headers: {
      'Content-Type': 'application/octet-stream',
      'Content-Length': String(promised),
    },
    body: bodyOf(file, flaw),
    ...(flaw === 'truncated' && { cutAfter: Math.floor(bytes / 2) }),
    ...(flaw === 'wrongLength' && { cutAfter: bytes }),
  };
}

function bodyOf({ content }: SimFile, flaw: Flaw | undefined): Buffer | Readable {
  if (!Buffer.isBuffer(content)) return Readable.from(madeUp(content.bytes));
  return flaw === 'wrongBytes' ? Buffer.from(content).fill(0x2e, 12) : content;
}

const chunk = Buffer.from(
  'The quick brown fox jumps over the lazy dog.\r\n'.repeat(1_400),
);
const beginning = Buffer.from('\0\0\0\x18ftypisom\0\0\x02\0isommp41', 'latin1');

/** So many bytes of what looks like a film, the same each time, and never all of them at once. */
export function* madeUp(bytes: number): Generator<Buffer> {
  yield beginning.subarray(0, bytes);
  for (let left = bytes - beginning.length; left > 0; left -= chunk.byteLength) {
    yield chunk.subarray(0, Math.min(left, chunk.byteLength));
  }
}
