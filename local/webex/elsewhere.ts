import { createServer } from 'node:http';
import { html } from '../simulation/answers.ts';
import { send } from '../simulation/send.ts';
import { serve } from './contents.ts';
import { findFile } from './lookup.ts';
import type { World } from './model.ts';

/**
 * A host that is not Webex's, to which some files' URLs and redirects lead. It gives the
 * files to everybody, and reports whoever shows it a token.
 */
export function createElsewhere(world: World, violation: (text: string) => void) {
  return createServer((request, response) => {
    if (request.headers.authorization) violation('a token was sent to a foreign host');
    const found = findFile(world, (request.url ?? '').split('/').at(-1) ?? '');
    const answer = found ? serve(found.file) : html(404, 'Not Found');
    send(response, answer).catch(() => response.destroy());
  });
}
