import { z } from 'zod';
import { json, nothing } from '../simulation/answers.ts';
import {
  type Handler as AnyHandler,
  type Route as AnyRoute,
  type Call,
  reading,
} from '../simulation/visit.ts';
import { refusal, sentences } from './answers.ts';
import { attachmentAnswer } from './attachments.ts';
import type { RouteName } from './faults.ts';
import type { SimStream, World } from './model.ts';
import { memberJson, membersAt, messageJson, streamJson, userJson } from './resources.ts';

export interface Simulation {
  world: World;
  now: () => Date;
  violation: (text: string) => void;
}

type Handler = AnyHandler<Simulation>;
export type Route = AnyRoute<RouteName, Simulation>;

const filterSchema = z.looseObject({
  streamTypes: z.array(z.looseObject({ type: z.string() })).optional(),
  startDate: z.number().optional(),
  endDate: z.number().optional(),
});

const listStreams: Handler = (call, { world, now, violation }) => {
  const { skip, limit } = rangeOf(call, { usual: 50, most: 100 }, violation);
  const { streamTypes = [], ...filter } = filterSchema.parse(
    JSON.parse(call.body || '{}'),
  );
  if (filter.startDate !== undefined || filter.endDate !== undefined) {
    violation(`${call.where}: filters by modification, which no message is`);
  }
  const types = streamTypes.map(({ type }) => type);
  const streams = world.streams
    .filter(
      ({ type, created }) =>
        (types.length === 0 || types.includes(type)) && created <= now(),
    )
    .map((stream, place) => ({ stream, place }))
    .sort((a, b) => +a.stream.created - +b.stream.created || a.place - b.place)
    .map(({ stream }) => stream);
  if (skip > 0 && skip >= streams.length) violation(`${call.where}: asks beyond the end`);
  const page = streams.slice(skip, skip + limit);
  return json(200, {
    ...{ count: streams.length, skip, limit, filter: { streamTypes } },
    streams: page.map((stream) => streamJson(world, stream, now())),
  });
};

const listMembers: Handler = (call, { world, now, violation }) => {
  const stream = streamOf(world, call.id);
  if (!stream) return refusal(404, sentences.notFound);
  if (stream.untold) return refusal(403, sentences.forbidden);
  const { skip, limit } = rangeOf(call, { usual: 100, most: 1000 }, violation);
  const members = membersAt(stream, now());
  const page = members.slice(skip, skip + limit);
  return json(200, {
    ...{ count: members.length, skip, limit },
    members: page.map((member) => memberJson(member, stream)),
  });
};

/** Pages go forward in time, and each has its newest message first. */
const listMessages: Handler = (call, { world, now, violation }) => {
  const stream = streamOf(world, call.id);
  if (!stream) return refusal(404, sentences.notFound);
  if (stream.barred) return refusal(403, sentences.forbidden);
  const since = Number(call.query.get('since') ?? Number.NaN);
  const until = Number(call.query.get('until') ?? Number.POSITIVE_INFINITY);
  if (!Number.isSafeInteger(since)) {
    violation(`${call.where}: no since`);
    return refusal(400, 'The parameter since is required.');
  }
  const { skip, limit } = rangeOf(call, { usual: 50, most: 500 }, violation);
  const found = world.messages
    .filter((message) => message.stream === stream && message.listedFrom <= now())
    .filter(({ at }) => +at >= since && +at <= until)
    .sort((a, b) => +a.at - +b.at)
    .slice(skip, skip + limit)
    .reverse();
  return found.length === 0
    ? nothing()
    : json(
        200,
        found.map((message) => messageJson(message, now())),
      );
};

const getMessage: Handler = (call, { world, now }) => {
  const message = world.messages.find(({ id }) => id === call.id);
  if (!message || message.listedFrom > now()) return refusal(404, sentences.notFound);
  return json(200, messageJson(message, now()));
};

const getAttachment: Handler = (call, { world }) => {
  const message = world.messages.find(({ id }) => id === call.query.get('messageId'));
  const isHere = message?.stream.id === call.id;
  const file = message?.files.find(({ id }) => id === call.query.get('fileId'));
  return file && isHere ? attachmentAnswer(file) : refusal(404, sentences.notFound);
};

const listUsers: Handler = (call, { world, violation }) => {
  const ids = (call.query.get('uid') ?? '').split(',');
  if (ids.length > 100) {
    violation(`${call.where}: ${ids.length} ids, 100 are allowed`);
    return refusal(400, 'Too many users.');
  }
  const users = world.people.filter(({ userId }) => ids.includes(String(userId)));
  return users.length === 0
    ? nothing()
    : json(200, { users: users.map(userJson), errors: null });
};

const listEverybody: Handler = (call, { world, violation }) => {
  const { skip, limit } = rangeOf(call, { usual: 100, most: 1000 }, violation);
  const users = world.people.filter(({ external }) => !external);
  return json(
    200,
    users.slice(skip, skip + limit).map((person) => ({
      userAttributes: {
        emailAddress: person.listedAddress ?? person.address,
        displayName: person.name,
      },
      userSystemInfo: {
        id: person.userId,
        status: person.listedAddress ? 'DISABLED' : 'ENABLED',
      },
    })),
  );
};

const getSession: Handler = (_, { world }) => json(200, userJson(world.account));
const getInfo: Handler = () => json(200, { version: '25.8.1', onPrem: false });

const streamOf = (world: World, id: string): SimStream | undefined =>
  world.streams.find((stream) => stream.id === id);

function rangeOf(
  { query, where }: Call,
  { usual, most }: { usual: number; most: number },
  violation: (text: string) => void,
): { skip: number; limit: number } {
  const limit = Number(query.get('limit') ?? usual);
  if (limit > most || limit < 1) violation(`${where}: a limit of ${limit}`);
  return { skip: Number(query.get('skip') ?? 0), limit: Math.min(limit, most) };
}

const range = ['skip', 'limit'];

export const routes: Route[] = [
  reading('session', '/pod/v2/sessioninfo', getSession),
  {
    ...reading('streams', '/pod/v2/admin/streams/list', listStreams, range),
    methods: ['POST'],
  },
  reading('members', '/pod/v1/admin/stream/([^/]+)/membership/list', listMembers, range),
  reading('users', '/pod/v3/users', listUsers, ['uid', 'local', 'active']),
  reading('everybody', '/pod/v2/admin/user/list', listEverybody, range),
  reading('info', '/agent/v1/info', getInfo),
  reading('messages', '/agent/v4/stream/([^/]+)/message', listMessages, [
    ...['since', 'until', ...range],
  ]),
  reading('message', '/agent/v1/message/([^/]+)', getMessage),
  reading('attachment', '/agent/v1/stream/([^/]+)/attachment', getAttachment, [
    ...['fileId', 'messageId'],
  ]),
];
