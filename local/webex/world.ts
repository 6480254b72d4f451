import { uuidFrom } from '../simulation/seeded.ts';
import { encodeId } from './ids.ts';
import type { SimPerson, World } from './model.ts';
import { leave, longAgo, otherOrg } from './rooms.ts';

export * from './model.ts';
export type { FileOptions, PostOptions } from './newMessage.ts';
export * from './rooms.ts';
export * from './talk.ts';

export interface WorldOptions {
  /** All ids come from it: the same seed and the same calls make the same world. */
  seed: string;
  domain?: string;
  orgUuid?: string;
}

export function createWorld(options: WorldOptions): World {
  const { seed, domain = 'example.com' } = options;
  const orgUuid = options.orgUuid ?? uuidFrom(seed, 'organisation');
  const officer = newPerson(seed, orgUuid, {
    name: 'Compliance Officer',
    address: `compliance.officer@${domain}`,
  });
  return {
    seed,
    domain,
    orgUuid,
    orgId: encodeId('ORGANIZATION', orgUuid),
    officer,
    people: new Map([[officer.uuid, officer]]),
    teams: new Map(),
    rooms: new Map(),
    stays: new Map(),
    messages: new Map(),
    actions: new Map(),
    occurrences: [],
  };
}

export interface PersonOptions {
  name: string;
  address: string;
  uuid?: string;
  kind?: SimPerson['kind'];
  /** Of another organisation. */
  external?: boolean;
  /** What /people tells; by default all of our people and little of others. */
  lookup?: SimPerson['lookup'];
}

export function addPerson(world: World, options: PersonOptions): SimPerson {
  const orgUuid = options.external ? otherOrg : world.orgUuid;
  const person = newPerson(world.seed, orgUuid, options);
  world.people.set(person.uuid, person);
  return person;
}

function newPerson(seed: string, orgUuid: string, options: PersonOptions): SimPerson {
  const uuid = options.uuid ?? uuidFrom(seed, 'person', options.address);
  return {
    uuid,
    id: encodeId('PEOPLE', uuid),
    name: options.name,
    address: options.address,
    kind: options.kind ?? 'person',
    orgUuid,
    created: longAgo,
    lookup: options.lookup ?? (options.external ? 'thin' : 'full'),
  };
}

/** The account goes: out of every room, and out of /people. */
export function deletePerson(world: World, person: SimPerson, at: Date): void {
  person.deleted = at;
  for (const stay of [...world.stays.values()].flat()) {
    if (stay.person === person && !stay.to) {
      leave(world, stay.room, person, { at, by: world.officer });
    }
  }
}
