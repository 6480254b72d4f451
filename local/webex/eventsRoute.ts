import { type Answer, json } from '../simulation/answers.ts';
import type { Call } from '../simulation/visit.ts';
import { refusal, sentences } from './answers.ts';
import type { Handler, Simulation } from './calls.ts';
import { type Cursor, readCursor, writeCursor } from './cursor.ts';
import { decodeId } from './ids.ts';
import type { Occurrence } from './model.ts';
import { newestFirst } from './occurrences.ts';
import { eventJson } from './resources.ts';
import { varyIds } from './variants.ts';

const resources = [
  'attachmentActions',
  'businessTexts',
  'call_records',
  'convergedRecordings',
  'file_transcodings',
  'files',
  'meetingMessages',
  'meetings',
  'meetingTranscripts',
  'memberships',
  'messages',
  'rooms',
  'tabs',
];
const types = ['created', 'updated', 'deleted', 'ended', 'read'];
const day = 86_400_000;
const isoDate = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/;

interface Query {
  resource: string | undefined;
  type: string | undefined;
  actor: string | undefined;
  from: number;
  to: number;
  max: number;
  cursor: Cursor | undefined;
}

/** https://developer.webex.com/docs/api/v1/events/list-events */
export const listEvents: Handler = (call, simulation) => {
  const asked = readQuery(call, simulation);
  if ('refusal' in asked) return asked.refusal;
  const { quirks, world, now } = simulation;
  if (
    quirks.gatewayTimeoutAbove !== undefined &&
    asked.max > quirks.gatewayTimeoutAbove
  ) {
    return refusal(504, 'An upstream server failed to respond on time.');
  }
  const listed = newestFirst(world);
  const { cursor } = asked;
  const start = cursor?.after
    ? listed.findIndex((occurrence) => occurrence.uuid === cursor.after) + 1
    : 0;
  if (quirks.emptyPages && !cursor?.filled) {
    const next = { after: cursor?.after, filled: true };
    return page([], next, asked, simulation);
  }
  const found: Occurrence[] = [];
  for (let at = start; at < listed.length && found.length <= asked.max; at += 1) {
    const occurrence = listed[at];
    if (occurrence && isAsked(occurrence, asked, simulation)) found.push(occurrence);
  }
  const shown = found.slice(0, asked.max);
  const next =
    found.length > asked.max ? { after: shown.at(-1)?.uuid, filled: false } : undefined;
  const items = shown.map((occurrence) => eventJson(world, occurrence, now()));
  return page(items, next, asked, simulation);
};

function isAsked(occurrence: Occurrence, asked: Query, simulation: Simulation): boolean {
  const now = simulation.now();
  const at = occurrence.at.getTime();
  const inside = simulation.quirks.inclusiveBounds
    ? at >= asked.from && at <= asked.to
    : at > asked.from && at < asked.to;
  return (
    inside &&
    occurrence.visible &&
    occurrence.listedFrom <= now &&
    (!asked.resource || occurrence.resource === asked.resource) &&
    (!asked.type || occurrence.type === asked.type) &&
    (!asked.actor || occurrence.actor.uuid === asked.actor)
  );
}

function page(
  items: unknown[],
  next: Cursor | undefined,
  asked: Query,
  { baseUrl, quirks }: Simulation,
): Answer {
  const body = { items: quirks.idVariants ? items.map(varyIds) : items };
  if (!next) return json(200, body);
  const { resource, type, from, to, max } = asked;
  const query = new URLSearchParams({
    ...(resource && !quirks.brokenNextLinks && { resource }),
    ...(type && { type }),
    from: new Date(from).toISOString(),
    to: new Date(to).toISOString(),
    max: quirks.brokenNextLinks ? 'null' : String(max),
    cursor: writeCursor(next, from, to),
  });
  if (asked.actor) query.set('actorId', asked.actor);
  return json(200, body, { Link: `<${baseUrl()}/events?${query}>; rel="next"` });
}

function readQuery(call: Call, simulation: Simulation): Query | { refusal: Answer } {
  const { query, where } = call;
  const { quirks, violation } = simulation;
  const now = simulation.now().getTime();
  const refuse = (status: number, message: string) => {
    violation(`${where}: ${message}`);
    return { refusal: refusal(status, message) };
  };
  const resource = query.get('resource') ?? undefined;
  const type = query.get('type') ?? undefined;
  if (resource !== undefined && !resources.includes(resource)) {
    return refuse(400, 'The parameter "resource" has an unknown value.');
  }
  if (type !== undefined && !types.includes(type)) {
    return refuse(400, 'The parameter "type" has an unknown value.');
  }
  if (query.has('serviceType') !== (resource === 'convergedRecordings')) {
    return refuse(400, '"serviceType" belongs to convergedRecordings, and only there.');
  }
  const max = readMax(query.get('max'), quirks.brokenNextLinks ?? false);
  if (max === undefined) return refuse(400, '"max" must be between 1 and 1000.');
  const to = readDate(query.get('to'), now);
  const from = readDate(query.get('from'), (to ?? now) - 30 * day);
  if (from === undefined || to === undefined) {
    return refuse(400, '"from" and "to" must be ISO 8601 dates with a time.');
  }
  if (!query.has('from')) violation(`${where}: no "from"`);
  if (to > now) return refuse(400, '"to" cannot be set to a future date.');
  if (from > to) return refuse(400, '"from" must be before "to".');
  const text = query.get('cursor') ?? undefined;
  const cursor = text === undefined ? undefined : readCursor(text, from, to);
  if (text !== undefined && !cursor) return refuse(400, 'The cursor is not valid.');
  if (!cursor && from < now - 90 * day) return refuse(403, sentences.lookback);
  const actorId = query.get('actorId');
  const actor = actorId === null ? undefined : (decodeId(actorId) ?? actorId);
  return { resource, type, actor, from, to, max, cursor };
}

function readMax(text: string | null, nullIsDefault: boolean): number | undefined {
  if (text === null || (text === 'null' && nullIsDefault)) return 100;
  const max = /^\d+$/.test(text) ? Number(text) : 0;
  return max >= 1 && max <= 1000 ? max : undefined;
}

function readDate(text: string | null, otherwise: number): number | undefined {
  if (text === null) return otherwise;
  const at = isoDate.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(at) ? undefined : at;
}
