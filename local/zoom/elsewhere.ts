import { createServer } from 'node:http';
import { html } from '../simulation/answers.ts';
import { send } from '../simulation/send.ts';
import { serve } from './downloads.ts';
import type { SimFile } from './model.ts';

/**
 * A host that is not Zoom's, to which some files redirect. It gives them to everybody, and
 * reports whoever shows it a token.
 */
export function createElsewhere(
  findFile: (id: string) => SimFile | undefined,
  violation: (text: string) => void,
) {
  return createServer((request, response) => {
    if (request.headers.authorization) violation('a token was sent to a foreign host');
    const id = decodeURIComponent((request.url ?? '').split('/').at(-1) ?? '');
    const file = findFile(id);
    const answer = file ? serve(file) : html(404, 'Not Found');
    send(response, answer).catch(() => response.destroy());
  });
}
