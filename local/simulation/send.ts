import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as delay } from 'node:timers/promises';
import type { Answer } from './answers.ts';

/** Puts an answer on the wire; where it is to be cut, the connection breaks off there. */
export async function send(response: ServerResponse, answer: Answer): Promise<void> {
  const { status, headers, cutAfter } = answer;
  const body = Buffer.isBuffer(answer.body) ? Readable.from([answer.body]) : answer.body;
  response.writeHead(status, headers);
  if (response.req.method === 'HEAD') {
    body.destroy();
    response.end();
  } else if (cutAfter === undefined) {
    await pipeline(body, response);
  } else {
    response.flushHeaders();
    await pipeline(body, firstBytes(cutAfter), response, { end: false });
    await breakOff(response);
  }
}

function firstBytes(count: number) {
  return async function* first(source: AsyncIterable<Buffer>) {
    let left = count;
    for await (const chunk of source) {
      if (left <= 0) return;
      yield chunk.subarray(0, left);
      left -= chunk.byteLength;
    }
  };
}

/** Ends the connection when what was written has left, without ending the answer. */
async function breakOff(response: ServerResponse): Promise<void> {
  if (response.writableNeedDrain) await once(response, 'drain');
  await delay(5);
  response.destroy();
}
