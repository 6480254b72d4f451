import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import { messageOf } from '../../../shared/errors.ts';
import { listenOnLoopback, readBody } from '../loopback.ts';
import type { DurableOperations, LetterResult } from './durableClient.ts';
import { hasEnded, type Instance } from './instance.ts';

/** What the durable client of the library talks to. */
export interface RpcServer {
  /** The data of a `durableClient` input, as JSON. */
  clientData: string;
  close(): Promise<void>;
}

interface Answer {
  status: number;
  body?: unknown;
}

const notFound: Answer = { status: 404 };

/** In the path, so that no page in a browser can call by guessing the port. */
const secret = randomUUID();

// https://learn.microsoft.com/azure/azure-functions/durable/durable-functions-http-api
export async function startRpcServer(
  operations: DurableOperations,
  hubName: string,
): Promise<RpcServer> {
  const root = `/durabletask/${secret}/`;
  const server = createServer((request, response) => {
    answer(operations, root, request)
      .catch((error: unknown) => ({ status: 500, body: { Message: messageOf(error) } }))
      .then(({ status, body }: Answer) => {
        response.writeHead(status, { 'content-type': 'application/json' });
        response.end(body === undefined ? undefined : JSON.stringify(body));
      })
      .catch(() => response.destroy());
  });
  const { origin, close } = await listenOnLoopback(server);
  return { clientData: JSON.stringify(clientDataOf(hubName, origin + root)), close };
}

async function answer(
  operations: DurableOperations,
  root: string,
  request: IncomingMessage,
): Promise<Answer> {
  const url = new URL(request.url ?? '/', 'http://localhost');
  if (!url.pathname.startsWith(root)) return notFound;
  const [kind, ...rest] = url.pathname
    .slice(root.length)
    .split('/')
    .map(decodeURIComponent);
  const [first, verb, name] = rest;
  const query = url.searchParams;
  const route = `${request.method} ${kind}`;
  if (route === 'POST orchestrators' && first) {
    return start(operations, request, first, verb, query.get('version') ?? undefined);
  }
  if (route === 'GET instances') {
    return first ? status(operations, first, query) : list(operations, query);
  }
  if (route === 'DELETE instances') {
    return first ? purge(operations, first) : purgeMany(operations, query);
  }
  if (route === 'POST instances' && first && verb === 'raiseEvent' && name) {
    const input = (await readBody(request)).toString('utf8') || 'null';
    return accepted(await operations.raiseEvent(first, name, input));
  }
  if (route === 'POST instances' && first && verb === 'terminate') {
    return accepted(await operations.terminate(first, query.get('reason') ?? ''));
  }
  const Message = `The laptop's functions host doesn't know ${request.method} ${kind}/${verb ?? ''}.`;
  return { status: 501, body: { Message } };
}

async function start(
  operations: DurableOperations,
  request: IncomingMessage,
  name: string,
  instanceId: string | undefined,
  version: string | undefined,
): Promise<Answer> {
  const input = (await readBody(request)).toString('utf8') || 'null';
  JSON.parse(input);
  const result = await operations.start(name, input, { instanceId, version });
  switch (result.kind) {
    case 'started':
      return { status: 202, body: { id: result.instanceId } };
    case 'exists': {
      const Message = `An Orchestration instance with the status ${result.status} already exists.`;
      return { status: 409, body: { Message } };
    }
    case 'unknownFunction': {
      const Message = `The function '${name}' doesn't exist, is disabled, or is not an orchestrator function.`;
      return { status: 400, body: { Message } };
    }
  }
}

async function status(
  operations: DurableOperations,
  id: string,
  query: URLSearchParams,
): Promise<Answer> {
  const instance = await operations.get(id);
  if (!instance) return notFound;
  return { status: hasEnded(instance) ? 200 : 202, body: statusOf(instance, query) };
}

const isOn = (query: URLSearchParams, name: string) => query.get(name) === 'true';

function statusOf(instance: Instance, query: URLSearchParams) {
  const { name, instanceId, status, input, output, customStatus, history } = instance;
  const historyEvents = history.map(({ EventType, ...event }) => ({
    EventType,
    ...event,
  }));
  return {
    ...{ name, instanceId, runtimeStatus: status },
    input: isOn(query, 'showInput') ? JSON.parse(input) : null,
    customStatus: customStatus === undefined ? null : JSON.parse(customStatus),
    output: output === undefined ? null : JSON.parse(output),
    createdTime: instance.createdAt,
    lastUpdatedTime: instance.updatedAt,
    ...(isOn(query, 'showHistory') && { history: historyEvents }),
  };
}

async function list(
  operations: DurableOperations,
  query: URLSearchParams,
): Promise<Answer> {
  const found = (await operations.all()).filter(matches(query));
  return { status: 200, body: found.map((instance) => statusOf(instance, query)) };
}

function matches(query: URLSearchParams): (instance: Instance) => boolean {
  const from = query.get('createdTimeFrom') ?? '';
  const to = query.get('createdTimeTo') ?? '9';
  const statuses = query.get('runtimeStatus')?.split(',');
  return ({ createdAt, status }) =>
    createdAt >= from && createdAt <= to && (statuses?.includes(status) ?? true);
}

async function purge(operations: DurableOperations, id: string): Promise<Answer> {
  return (await operations.purge(id))
    ? { status: 200, body: { instancesDeleted: 1 } }
    : notFound;
}

async function purgeMany(
  operations: DurableOperations,
  query: URLSearchParams,
): Promise<Answer> {
  const found = (await operations.all()).filter(hasEnded).filter(matches(query));
  for (const { instanceId } of found) await operations.purge(instanceId);
  return found.length > 0
    ? { status: 200, body: { instancesDeleted: found.length } }
    : notFound;
}

function accepted(result: LetterResult): Answer {
  return { status: { delivered: 202, ended: 410, unknown: 404 }[result] };
}

function clientDataOf(taskHubName: string, rpcBaseUrl: string) {
  const id = 'INSTANCEID';
  const instance = `${rpcBaseUrl}instances/${id}`;
  const createNewInstancePostUri = `${rpcBaseUrl}orchestrators/{functionName}[/{instanceId}]`;
  return {
    taskHubName,
    rpcBaseUrl,
    creationUrls: { createNewInstancePostUri },
    managementUrls: {
      id,
      statusQueryGetUri: instance,
      sendEventPostUri: `${instance}/raiseEvent/{eventName}`,
      terminatePostUri: `${instance}/terminate?reason={text}`,
      purgeHistoryDeleteUri: instance,
    },
  };
}
