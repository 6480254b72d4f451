import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type Clock, systemClock } from '../../../shared/clock.ts';
import { ConfigurationError } from '../../../shared/errors.ts';
import { silentLog } from '../../../shared/log.ts';
import { RemoteFault } from '../../../shared/mailbox/faults.ts';
import { createGraph, type GraphOptions } from '../../../shared/mailbox/graphClient.ts';

const slept: number[] = [];
const clock: Clock = {
  now: () => new Date(),
  async sleep(ms) {
    slept.push(ms);
  },
};

type Answer = (request: IncomingMessage, response: ServerResponse) => void;
let close = () => {};
afterEach(() => {
  close();
  slept.length = 0;
});

/** Answers each request by the next of these; the last one stays. */
async function serve(...answers: Answer[]) {
  const seen: { url: string; headers: IncomingMessage['headers']; method: string }[] = [];
  const server = createServer((request, response) => {
    const { url = '', headers, method = '' } = request;
    seen.push({ url, headers, method });
    const answer = answers[Math.min(seen.length, answers.length) - 1];
    request.resume().once('end', () => answer?.(request, response));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  close = () => {
    server.close();
    server.closeAllConnections();
  };
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : 0;
  const graph = (more: Partial<GraphOptions> = {}) =>
    createGraph({
      ...{ baseUrl: `http://127.0.0.1:${port}/v1.0`, token: async () => 'secret' },
      ...{ maxInFlight: 8, clock, log: silentLog, ...more },
    });
  return { graph, seen, port };
}

const json =
  (status: number, body: unknown, headers: Record<string, string> = {}): Answer =>
  (_request, response) => {
    response.writeHead(status, { 'Content-Type': 'application/json', ...headers });
    response.end(JSON.stringify(body));
  };
const ok = json(200, { id: '1' });
const error = (status: number, code: string, headers = {}) =>
  json(status, { error: { code, message: '' } }, headers);
const reset: Answer = (request) => request.socket.destroy();

const answer = z.object({ id: z.string() });
const get = { method: 'GET', path: '/users/1?$select=id', answer } as const;
const post = { method: 'POST', path: '/users/1/messages', body: '{}', answer } as const;

async function faultOf(promise: Promise<unknown>): Promise<RemoteFault> {
  const fault: unknown = await promise.catch((thrown: unknown) => thrown);
  if (fault instanceof RemoteFault) return fault;
  throw new Error(`No fault, but ${JSON.stringify(fault)}`);
}

describe('a request', () => {
  it('goes below the version, with the token, an id of its own and immutable ids', async () => {
    const { graph, seen } = await serve(ok);

    expect(await graph().request(get)).toEqual({ id: '1' });

    expect(seen).toMatchObject([
      {
        ...{ method: 'GET', url: '/v1.0/users/1?$select=id' },
        headers: {
          authorization: 'Bearer secret',
          prefer: 'IdType="ImmutableId"',
          'client-request-id': expect.any(String),
        },
      },
    ]);
  });

  it('takes no token along a redirect', async () => {
    const { graph, seen } = await serve((_request, response) => {
      response.writeHead(302, { Location: '/elsewhere' }).end();
    });

    await faultOf(graph().request(get));

    expect(seen.map(({ url }) => url)).toEqual(['/v1.0/users/1?$select=id']);
  });

  it('is over at its time limit, headers or not', async () => {
    const { graph } = await serve((_request, response) => {
      response.writeHead(201).write('{"id":');
    });

    const fault = await faultOf(graph({ limitMs: 100 }).request(post));

    expect(fault).toMatchObject({ reaction: 'unknown', code: 'TimeLimit' });
  });

  it('waits until less than so many are under way', async () => {
    let underWay = 0;
    let most = 0;
    const { graph } = await serve((request, response) => {
      most = Math.max(most, ++underWay);
      setTimeout(() => {
        underWay--;
        ok(request, response);
      }, 20);
    });
    const limited = graph({ maxInFlight: 3 });

    await Promise.all(Array.from({ length: 12 }, () => limited.request(get)));

    expect(most).toBe(3);
  });
});

describe('what may be asked twice', () => {
  for (const [what, first] of [
    ['429', error(429, 'TooManyRequests', { 'Retry-After': '2' })],
    ['503', error(503, 'ErrorServerBusy')],
    ['504', error(504, '')],
    ['a reset', reset],
    ['an answer that is no JSON', json(200, 'none')],
  ] as const) {
    it(`is asked again after ${what}`, async () => {
      const { graph, seen } = await serve(first, ok);

      expect(await graph().request(get)).toEqual({ id: '1' });

      expect(seen).toHaveLength(2);
      if (what === '429') expect(slept).toEqual([2_000]);
    });
  }

  it('is not asked for ever', async () => {
    const { graph, seen } = await serve(error(500, ''));

    expect((await faultOf(graph().request(get))).reaction).toBe('again');
    expect(seen).toHaveLength(4);
  });

  it('is not waited for long', async () => {
    const { graph } = await serve(error(429, '', { 'Retry-After': '300' }));

    const fault = await faultOf(graph().request(get));

    expect(fault).toMatchObject({ reaction: 'later', retryAfter: 300_000 });
    expect(slept).toEqual([]);
  });
});

describe('a create', () => {
  for (const [what, first, reaction] of [
    ['500', error(500, ''), 'unknown'],
    ['503', error(503, 'ErrorServerBusy'), 'unknown'],
    ['504', error(504, 'ErrorTimeoutExpired'), 'unknown'],
    ['507, which no table knows', error(507, 'Whatever'), 'unknown'],
    ['a reset', reset, 'unknown'],
    ['an answer that is no message', json(201, {}), 'unknown'],
    ['429', error(429, 'ApplicationThrottled'), 'later'],
    ['400', error(400, 'UnableToDeserializePostBody'), 'failItem'],
    ['a code that no table knows', error(400, 'ErrorOfTomorrow'), 'unlisted'],
    ['a full mailbox', error(507, 'ErrorQuotaExceeded'), 'failMailbox'],
    ['no mailbox', error(404, 'MailboxNotEnabledForRESTAPI'), 'failMailbox'],
    ['a message that is too large', error(400, 'ErrorMessageSizeExceeded'), 'tooLarge'],
    ['a folder that is gone', error(404, 'ErrorItemNotFound'), 'folderGone'],
    ['withdrawn consent', error(403, 'ErrorAccessDenied'), 'stop'],
  ] as const) {
    it(`is never repeated after ${what}, but said to be ${reaction}`, async () => {
      const { graph, seen } = await serve(first, ok);

      const fault = await faultOf(graph().request(post));

      expect(fault.reaction).toBe(reaction);
      expect(fault.message).toMatch(/^[A-Z].*\. \(.+\)$/);
      expect(seen).toHaveLength(1);
    });
  }

  it('is made again once after a token that is refused, since it did nothing', async () => {
    const refused = error(401, 'InvalidAuthenticationToken');
    const { graph, seen } = await serve(refused, ok);
    await graph().request(post);
    expect(seen).toHaveLength(2);

    const { graph: other } = await serve(refused, refused, ok);
    const fault = await faultOf(other().request(post));
    expect(fault.reaction).toBe('stop');
    expect(fault.message).toMatch(/^[A-Z].*\. \(.+\)$/);
  });

  it('did not happen where no connection was made', async () => {
    const { graph } = await serve(ok);
    close();

    const fault = await faultOf(graph({ clock: systemClock }).request(post));

    expect(fault).toMatchObject({ reaction: 'later', code: 'NoConnection' });
  });

  it('is not sent where its gate is closed by then', async () => {
    const { graph, seen } = await serve(ok);
    const closed = new Error('closed');
    const gate = {
      run: <T>(_bytes: number, request: () => Promise<T>) => request(),
      check() {
        throw closed;
      },
    };

    await expect(graph().request({ ...post, gate })).rejects.toBe(closed);

    expect(seen).toEqual([]);
  });
});

describe('the base URL', () => {
  for (const baseUrl of [
    'http://graph.example/v1.0',
    'https://graph.microsoft.com',
    'x',
  ]) {
    it(`is refused where it is unsafe or lacks the version: ${baseUrl}`, () => {
      const options = { token: async () => '', maxInFlight: 1, clock, log: silentLog };
      expect(() => createGraph({ ...options, baseUrl })).toThrow(ConfigurationError);
    });
  }
});
