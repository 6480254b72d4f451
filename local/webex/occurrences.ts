import { uuidFrom } from '../simulation/seeded.ts';
import type { Occurrence, SimPerson, SimRoom, World } from './model.ts';

export interface NewOccurrence
  extends Pick<Occurrence, 'resource' | 'type' | 'actor' | 'at' | 'visible' | 'data'> {
  /** What it happened to; makes the event's id. */
  subject: string;
  listedFrom?: Date | undefined;
}

export function record(world: World, happened: NewOccurrence): void {
  const { subject, listedFrom, ...occurrence } = happened;
  const { resource, type, at } = occurrence;
  world.occurrences.push({
    ...occurrence,
    uuid: uuidFrom(world.seed, 'event', resource, type, subject),
    listedFrom: listedFrom && listedFrom > at ? listedFrom : at,
  });
}

/**
 * In a group space of another organisation we see only what our own people do. A 1:1
 * belongs to both sides. https://developer.webex.com/docs/compliance
 */
export function roomIsVisible(world: World, room: SimRoom, author: SimPerson): boolean {
  if (room.type === 'direct' || room.ownerOrgUuid === world.orgUuid) return true;
  return author.orgUuid === world.orgUuid;
}

const sorted = new WeakMap<World, Occurrence[]>();

/** Newest first, and for one instant in the order in which they were told. */
export function newestFirst(world: World): Occurrence[] {
  const known = sorted.get(world);
  if (known?.length === world.occurrences.length) return known;
  const fresh = world.occurrences.toSorted((a, b) => b.at.getTime() - a.at.getTime());
  sorted.set(world, fresh);
  return fresh;
}
