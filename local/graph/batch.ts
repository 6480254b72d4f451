import { randomUUID } from 'node:crypto';
import pLimit, { type LimitFunction } from 'p-limit';
import { z } from 'zod';
import { badRequest, errorReply, GraphError, type Reply } from './answers.ts';
import { dispatch, type Incoming, occupy } from './dispatch.ts';
import type { ExchangeContext, Outcome } from './exchange.ts';

const partSchema = z.object({
  id: z.string().min(1),
  method: z.string(),
  url: z.string(),
  headers: z.record(z.string(), z.string()).optional(),
  body: z.unknown().optional(),
  dependsOn: z.array(z.string()).optional(),
});
type Part = z.infer<typeof partSchema>;

const batchSchema = z.strictObject({ requests: z.array(partSchema).min(1) });

const mostParts = 20;

/** Parses and checks a batch as a whole. */
function readBatch(body: Buffer): Part[] {
  let json: unknown;
  try {
    json = JSON.parse(body.toString('utf8'));
  } catch {
    throw badRequest('Invalid batch payload format.');
  }
  const parsed = batchSchema.safeParse(json);
  if (!parsed.success) throw badRequest('Invalid batch payload format.');
  const parts = parsed.data.requests;
  if (parts.length > mostParts)
    throw new GraphError(
      400,
      'MaximumValueExceeded',
      `Number of batch request steps exceeds the maximum value of ${mostParts}.`,
    );
  checkParts(parts);
  return parts;
}

function checkParts(parts: Part[]): void {
  const before = new Set<string>();
  for (const part of parts) {
    if (before.has(part.id))
      throw badRequest(`The request id '${part.id}' is not unique.`);
    if (/^[a-z]+:/i.test(part.url) || part.url.startsWith('//'))
      throw badRequest(`The url of request '${part.id}' must be relative.`);
    const headers = lowerCased(part.headers ?? {});
    if (part.body !== undefined && headers['content-type'] === undefined)
      throw badRequest(
        `Write request id : ${part.id} does not contain Content-Type header or body.`,
      );
    const unknown = part.dependsOn?.find((id) => !before.has(id));
    if (unknown !== undefined)
      throw badRequest(
        `The request '${part.id}' depends on '${unknown}', which is not there.`,
      );
    before.add(part.id);
  }
}

// https://learn.microsoft.com/graph/json-batching
export async function dispatchBatch(
  incoming: Incoming,
  context: ExchangeContext,
): Promise<Outcome> {
  return occupy(
    incoming,
    undefined,
    { ...context, latencyMs: 0 },
    { route: 'batch', commit: (body) => answerBatch(body, context) },
  );
}

async function answerBatch(body: Buffer, context: ExchangeContext): Promise<Reply> {
  const parts = readBatch(body);
  const answers = new Map<string, Promise<Reply>>();
  const limits = new Map<string, LimitFunction>();
  for (const part of parts) {
    const earlier = (part.dependsOn ?? []).map((id) => answers.get(id));
    answers.set(part.id, answerPart(part, earlier, limits, context));
  }
  const responses = await Promise.all(
    [...answers].map(async ([id, answer]) => ({ id, ...asPart(await answer) })),
  );
  return {
    status: 200,
    body: { responses: shuffled(responses, context.service.random) },
  };
}

async function answerPart(
  part: Part,
  earlier: (Promise<Reply> | undefined)[],
  limits: Map<string, LimitFunction>,
  context: ExchangeContext,
): Promise<Reply> {
  const results = await Promise.all(earlier);
  if (results.some((result) => result && result.status >= 400))
    return errorReply(
      new GraphError(
        424,
        'FailedDependency',
        'A request that this one depends on failed.',
      ),
      { ...newIds(), date: context.service.now() },
    );
  // Of one mailbox the service runs four parts at a time.
  const [, , owner = ''] = withSlash(part.url).split(/[/?]/);
  const limit = limits.get(owner) ?? pLimit(context.service.limits.inFlight);
  limits.set(owner, limit);
  return limit(() => runPart(part, context));
}

async function runPart(part: Part, context: ExchangeContext): Promise<Reply> {
  let leave = () => {};
  const outcome: Outcome = await dispatch(
    {
      method: part.method.toUpperCase(),
      url: withSlash(part.url),
      headers: lowerCased(part.headers ?? {}),
      ids: newIds(),
      readBody: async () => bodyOf(part),
      inBatch: true,
      onLeave: (given) => {
        leave = given;
      },
    },
    context,
  );
  leave();
  return outcome === 'reset' ? { status: 504 } : outcome;
}

function withSlash(url: string): string {
  return url.startsWith('/') ? url : `/${url}`;
}

function newIds() {
  const requestId = randomUUID();
  return { requestId, clientRequestId: requestId };
}

function bodyOf(part: Part): Buffer {
  if (part.body === undefined) return Buffer.alloc(0);
  return typeof part.body === 'string'
    ? Buffer.from(part.body, 'base64')
    : Buffer.from(JSON.stringify(part.body));
}

function lowerCased(headers: Record<string, string>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]),
  );
}

function asPart({ status, headers, body }: Reply) {
  const isBytes = Buffer.isBuffer(body);
  return {
    status,
    headers: {
      ...(isBytes || !body ? {} : { 'Content-Type': 'application/json' }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: isBytes ? body.toString('base64') : body }),
  };
}

/** The parts of an answer come in any order. */
function shuffled<Item>(items: Item[], random: () => number): Item[] {
  return items
    .map((item) => ({ item, at: random() }))
    .toSorted((a, b) => a.at - b.at)
    .map(({ item }) => item);
}
