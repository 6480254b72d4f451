import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { GraphError, type Reply } from './answers.ts';
import type { Exchange } from './exchange.ts';

/** Reads a body to its end; throws a 413 when there was more than the limit. */
export async function readBody(request: IncomingMessage, limit: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    const piece = Buffer.from(chunk);
    bytes += piece.length;
    if (bytes <= limit) chunks.push(piece);
  }
  if (bytes > limit)
    throw new GraphError(
      413,
      'RequestEntityTooLarge',
      `The maximum request length supported is ${limit} bytes.`,
    );
  return Buffer.concat(chunks);
}

export function idsOf(request: IncomingMessage): Exchange['ids'] {
  const requestId = randomUUID();
  const given = request.headers['client-request-id'];
  return { requestId, clientRequestId: typeof given === 'string' ? given : requestId };
}

export function headersOf(request: IncomingMessage): Record<string, string> {
  return Object.fromEntries(
    Object.entries(request.headers).map(([name, value]) => [name, String(value)]),
  );
}

export function send(response: ServerResponse, reply: Reply, ids: Exchange['ids']): void {
  const isBytes = Buffer.isBuffer(reply.body);
  const body =
    reply.body === undefined || isBytes ? reply.body : JSON.stringify(reply.body);
  response.writeHead(reply.status, {
    ...(body !== undefined && !isBytes
      ? { 'Content-Type': 'application/json; charset=utf-8' }
      : {}),
    'request-id': ids.requestId,
    'client-request-id': ids.clientRequestId,
    ...reply.headers,
  });
  response.end(body);
}
