import { Readable } from 'node:stream';
import { type Answer, bytes, html } from '../simulation/answers.ts';
import { sizeOf } from '../simulation/files.ts';
import { disguised, sentences } from './answers.ts';
import type { Json, SimFile } from './model.ts';

export const attachmentJson = (file: SimFile): Json => ({
  ...{ id: file.id, name: file.name, size: sizeOf(file.content), images: [] },
});

const fileType = 'application/octet-stream';

/** https://rest-api.symphony.com/main/messages/attachment: Base64, and errors that look like it. */
export function attachmentAnswer(file: SimFile): Answer {
  if (file.state === 'gone') return disguised(404, 404, sentences.notFound);
  if (file.state === 'refused') return disguised(403, 403, sentences.forbidden);
  if (file.state === 'locked') return disguised(200, 500, 'The file is not ready.');
  const flaw = file.flaw && file.flaw.times > 0 ? file.flaw : undefined;
  if (flaw) flaw.times -= 1;
  if (flaw?.kind === 'html') return html(200, 'Welcome to the network.');
  if (flaw?.kind === 'error') return disguised(200, 500, 'Something went wrong.');
  if (!Buffer.isBuffer(file.content)) return madeUp(file.content.bytes);
  const text = file.content.toString('base64');
  const half = Math.floor(text.length / 8) * 4;
  return bytes(200, fileType, Buffer.from(flaw ? text.slice(0, half) : text));
}

const block = 48 * 1024;

function madeUp(size: number): Answer {
  function* chunks() {
    for (let left = size; left > 0; left -= block) {
      yield Buffer.from(Buffer.alloc(Math.min(left, block), 'file').toString('base64'));
    }
  }
  return {
    status: 200,
    headers: { 'Content-Type': fileType },
    body: Readable.from(chunks()),
  };
}
