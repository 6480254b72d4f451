import { json } from '../simulation/answers.ts';
import { type Route as AnyRoute, reading } from '../simulation/visit.ts';
import { notFound, refusal } from './answers.ts';
import type { Handler, Simulation } from './calls.ts';
import { getContent } from './contents.ts';
import { listEvents } from './eventsRoute.ts';
import type { RouteName } from './faults.ts';
import { decodeId } from './ids.ts';
import { byUuid, contentId, readableMessage } from './lookup.ts';
import { listMemberships } from './membershipsRoute.ts';
import { messageJson } from './messageJson.ts';
import type { SimMessage, SimPerson, SimRoom } from './model.ts';
import { actionJson, personJson, roomJson, teamJson } from './resources.ts';

export type Route = AnyRoute<RouteName, Simulation>;

/** https://developer.webex.com/docs/api/v1/people/list-people */
const mostIds = 85;

const getMessage: Handler = (call, simulation) => {
  const message = readableMessage(call.id, simulation);
  if (!message) return notFound();
  return json(
    200,
    messageJson(message, simulation.now(), (index) =>
      fileUrl(message, index, simulation),
    ),
  );
};

function fileUrl(message: SimMessage, index: number, simulation: Simulation): string {
  const isElsewhere = message.files[index]?.host === 'elsewhere';
  const base = isElsewhere
    ? simulation.elsewhereUrl()
    : `${simulation.baseUrl()}/contents`;
  return `${base}/${contentId(message, index)}`;
}

const getRoom: Handler = (call, simulation) => {
  const { world, now } = simulation;
  const room = byUuid(world.rooms, decodeId(call.id));
  if (!room || room.created > now() || !hasOurs(room, simulation)) return notFound();
  let last = room.created;
  for (const message of world.messages.values()) {
    const { at } = message.versions[0];
    if (message.room === room && at > last && at <= now()) last = at;
  }
  return json(200, roomJson(room, last, now()));
};

/** Spaces in which nobody of this organisation ever was don't exist for us. */
function hasOurs(room: SimRoom, { world }: Simulation): boolean {
  if (room.ownerOrgUuid === world.orgUuid) return true;
  const stays = world.stays.get(room.uuid) ?? [];
  return stays.some((stay) => stay.person.orgUuid === world.orgUuid);
}

const getTeam: Handler = (call, { world, now }) => {
  const team = byUuid(world.teams, decodeId(call.id));
  return team && team.created <= now() ? json(200, teamJson(team)) : notFound();
};

const getAction: Handler = (call, { world, now }) => {
  const action = byUuid(world.actions, decodeId(call.id));
  return action && action.at <= now() ? json(200, actionJson(action)) : notFound();
};

const getMe: Handler = (_, { world }) => json(200, personJson(world.officer));

const listPeople: Handler = (call, simulation) => {
  const { world, now, violation } = simulation;
  const ids = (call.query.get('id') ?? '').split(',').filter((id) => id !== '');
  if (ids.length === 0 || ids.length > mostIds) {
    violation(`${call.where}: ${ids.length} ids, 1 to ${mostIds} are allowed`);
    return refusal(400, `Between 1 and ${mostIds} ids are allowed.`);
  }
  const isKnown = (person: SimPerson | undefined) =>
    person && person.lookup !== 'none' && !(person.deleted && person.deleted <= now());
  const asked = ids.map((id) => ({ id, person: byUuid(world.people, decodeId(id)) }));
  const found = new Set(
    asked.flatMap(({ person }) => (person && isKnown(person) ? [person] : [])),
  );
  return json(200, {
    items: [...found].map(personJson),
    notFoundIds: asked.filter(({ person }) => !isKnown(person)).map(({ id }) => id),
  });
};

const eventParameters = [
  ...['resource', 'type', 'actorId', 'from', 'to', 'max', 'serviceType', 'cursor'],
];
const rosterParameters = ['roomId', 'personId', 'personEmail', 'max', 'cursor'];

export const routes: Route[] = [
  reading('events', '/events', listEvents, eventParameters),
  reading('message', '/messages/([^/]+)', getMessage),
  reading('room', '/rooms/([^/]+)', getRoom),
  reading('memberships', '/memberships', listMemberships, rosterParameters),
  reading('team', '/teams/([^/]+)', getTeam),
  reading('me', '/people/me', getMe),
  reading('people', '/people', listPeople, ['id', 'max']),
  reading('attachmentAction', '/attachment/actions/([^/]+)', getAction),
  {
    ...reading('content', '/contents/([^/]+)', getContent, ['allow']),
    methods: ['GET', 'HEAD'],
  },
];
