import type { IncomingMessage } from 'node:http';
import type { Answer } from '../simulation/answers.ts';
import { createFate, type Troubles } from '../simulation/faults.ts';
import { type Visit as AnyVisit, arrival, unescaped } from '../simulation/visit.ts';
import { notFound, refusal } from './answers.ts';
import type { Quirks } from './exportRecords.ts';
import { type Fault, faultAnswer, type RouteName } from './faults.ts';
import { fileUri, serveFile } from './files.ts';
import type { World } from './model.ts';
import { createTaskOffice, type ExportOptions } from './tasks.ts';
import { createTokenOffice, type TokenOptions } from './tokens.ts';
import { createUsagePlan } from './usagePlan.ts';

export interface ServiceOptions extends Troubles<Fault, RouteName> {
  quirks?: Quirks;
  exports?: ExportOptions;
  tokens?: TokenOptions;
  /** Other limits a minute than the default usage plan has. */
  usagePlan?: Partial<Record<'Light' | 'Medium' | 'Heavy' | 'Auth', number>>;
}

export interface ServiceDeps {
  world: World;
  now: () => Date;
  violation: (text: string) => void;
  baseUrl: () => string;
  mediaUrl: () => string;
  elsewhereUrl: () => string;
}

export interface Visit extends AnyVisit<RouteName> {
  /** Which part of an export. */
  number: number;
}

const routes: { name: RouteName; method: string; path: RegExp; isMedia: boolean }[] = [
  { name: 'token', method: 'POST', path: /^\/restapi\/oauth\/token$/, isMedia: false },
  {
    ...{ name: 'listTasks', method: 'GET', isMedia: false },
    path: /^\/team-messaging\/v1\/data-export$/,
  },
  {
    ...{ name: 'createTask', method: 'POST', isMedia: false },
    path: /^\/team-messaging\/v1\/data-export$/,
  },
  {
    ...{ name: 'readTask', method: 'GET', isMedia: false },
    path: /^\/team-messaging\/v1\/data-export\/([^/]+)$/,
  },
  {
    ...{ name: 'dataset', method: 'GET', isMedia: true },
    path: /^\/team-messaging\/v1\/data-export\/([^/]+)\/datasets\/(\d+)$/,
  },
  {
    ...{ name: 'file', method: 'GET', isMedia: true },
    path: /^\/web\/customer_files\/([^/]+)\/[^/]+$/,
  },
];

/** On the API's host or on the media host. */
export function openVisit(
  request: IncomingMessage,
  body: string,
  isMedia: boolean,
): Visit {
  const arrived = arrival(request, body);
  const { path, method } = arrived;
  const found = routes.find(
    (route) =>
      route.isMedia === isMedia && route.method === method && route.path.test(path),
  );
  const [, id = '', number] = found?.path.exec(path) ?? [];
  return {
    ...{ ...arrived, route: found?.name ?? 'unknown' },
    where: `${method} ${found ? `/${found.name}` : path}`,
    ...{ id: unescaped(id), number: Number(number) },
  };
}

/** Answers requests; undefined where the connection is to be reset instead. */
export function createService(options: ServiceOptions, deps: ServiceDeps) {
  const { world, now, violation } = deps;
  const tokens = createTokenOffice(options.tokens ?? {}, {
    ...{ ownerId: world.officer.id, now, violation },
  });
  const plan = createUsagePlan(now, violation, options.usagePlan);
  const fate = createFate(options, faultAnswer);
  const served = new Map<string, number>();
  const tasks = createTaskOffice(options.exports ?? {}, {
    ...{ ...deps, quirks: options.quirks ?? {} },
    fileUri: (record) => fileUri(record, deps),
  });

  async function answer(visit: Visit): Promise<Answer> {
    const { route, where } = visit;
    const { authorization } = visit.headers;
    if (route === 'file') return file(visit);
    if (route === 'unknown') {
      violation(`${where}: there is no such thing`);
      return notFound();
    }
    const tooMany = plan.check(route);
    if (tooMany) return tooMany;
    const stranger = route === 'token' ? undefined : tokens.check(authorization, where);
    const given = stranger ?? (await letIn(visit));
    return { ...given, headers: { ...given.headers, ...plan.headersFor(route) } };
  }

  async function letIn(visit: Visit): Promise<Answer> {
    const { route, query, id, number, headers, body } = visit;
    const { authorization = '' } = headers;
    if (route === 'token') return tokens.grant(authorization, new URLSearchParams(body));
    if (route === 'listTasks') return tasks.list(query);
    if (route === 'readTask') return tasks.read(id);
    if (route === 'dataset') return tasks.dataset(id, number);
    if (headers['content-type'] !== 'application/json') {
      violation(`${visit.where}: the body is no JSON`);
      return refusal(415, 'CMN-415', 'Unsupported media type.');
    }
    return tasks.create(body);
  }

  function file({ where, query, id, headers }: Visit): Answer {
    const { authorization } = headers;
    const found = world.files.get(id);
    if (authorization && query.has('Signature')) {
      violation(`${where}: a token was shown to a signed address`);
      return refusal(400, 'CMN-400', 'Only one way to sign in is allowed.');
    }
    const times = (served.get(found?.id ?? '') ?? 0) + 1;
    if (found) served.set(found.id, times);
    const mayRead =
      authorization !== undefined && tokens.check(authorization, where) === undefined;
    return serveFile(found, query, mayRead, times, deps);
  }

  return {
    tasksMade: tasks.made,
    async serve(visit: Visit): Promise<Answer | undefined> {
      watchManners(visit, violation);
      return fate(visit, () => answer(visit));
    },
  };
}

/** What the real service would put up with, and a careful client doesn't do. */
function watchManners({ where, query }: Visit, violation: (text: string) => void): void {
  for (const name of query.keys()) {
    if (/token|secret|assertion/i.test(name)) violation(`${where}: a secret in the URL`);
  }
}
