import { type Answer, html, json, redirect } from '../simulation/answers.ts';
import { fileAnswer, flawOf } from '../simulation/files.ts';
import { refusal } from './answers.ts';
import type { Handler } from './calls.ts';
import type { Flaw, SimFile } from './model.ts';

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
  return serve(file, flawOf(file.flaw, requests));
};

export function serve({ content }: SimFile, flaw?: Flaw): Answer {
  if (flaw === 'errorJson') {
    const body = { status: false, errorCode: 124, errorMessage: 'Forbidden' };
    return json(200, body, { 'Content-Type': fileType });
  }
  const isWrong = flaw === 'wrongBytes' && Buffer.isBuffer(content);
  const given = isWrong ? Buffer.from(content).fill(0x2e, 12) : content;
  return fileAnswer(given, fileType, flaw, beginning);
}

const fileType = 'application/octet-stream';
/** What is made up looks like a film. */
const beginning = Buffer.from('\0\0\0\x18ftypisom\0\0\x02\0isommp41', 'latin1');
