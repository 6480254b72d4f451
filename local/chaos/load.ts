import type { Tenant } from '../graph/model.ts';
import { addUser, createTenant } from '../graph/tenant.ts';
import { seededRandom } from '../simulation/seeded.ts';
import {
  addPerson,
  addRoom,
  createWorld,
  join,
  post,
  type SimPerson,
  type SimRoom,
  stayAt,
  type World,
} from '../webex/world.ts';

/** What is said, and who must have which of it in the end. */
export interface ChaosLoad {
  world: World;
  tenant: Tenant;
  window: { from: Date; to: Date };
  catchAll: string;
  /** By the mailbox's address: numbers of messages. */
  expected: Map<string, Set<number>>;
  /** Copies in all mailboxes. */
  copies: number;
}

const domain = 'example.com';
const windowMs = 60 * 60_000;
const staff = 12;
const readersPerRoom = 4;
const fileEvery = 9;
const catchAll = `archive@${domain}`;

/** Rooms whose members change, an outsider in some, and one person without a mailbox. */
export function createChaosLoad(imports: number, seed: number, until: Date): ChaosLoad {
  const random = seededRandom(seed);
  const world = createWorld({ seed: `chaos ${seed}`, domain });
  const tenant = createTenant({ domains: [domain] });
  addUser(tenant, { name: 'Archive', address: catchAll });
  const people = addStaff(world, tenant);
  const outsider = addPerson(world, {
    ...{ name: 'Outsider', address: 'outsider@elsewhere.org', external: true },
  });
  const from = new Date(until.getTime() - windowMs);
  const rooms = people.map((_, number) => {
    const [creator, ...members] = membersOf(people, number);
    if (!creator) throw new Error('A load needs people.');
    if (number % 4 === 0) members.push(outsider);
    return addRoom(world, { title: `Room ${number}`, creator, members });
  });
  const late = new Date(from.getTime() + windowMs / 2 + 1);
  for (const [number, room] of rooms.entries()) {
    const joiner = people[(number + readersPerRoom) % people.length];
    if (joiner && number % 3 === 0) join(world, room, joiner, { at: late });
  }
  const expected = new Map<string, Set<number>>();
  const load = { world, tenant, window: { from, to: until }, catchAll, expected };
  const copies = talk(load, { imports, random, rooms, readers: people });
  return { ...load, copies };
}

function addStaff(world: World, tenant: Tenant): SimPerson[] {
  return Array.from({ length: staff }, (_, number) => {
    const person = { name: `Person ${number}`, address: `person${number}@${domain}` };
    const homeless = number === staff - 1;
    addUser(tenant, { ...person, ...(homeless && { mailbox: 'none' as const }) });
    return addPerson(world, person);
  });
}

const membersOf = (people: SimPerson[], first: number): SimPerson[] =>
  Array.from(
    { length: readersPerRoom },
    (_, step) => people[(first + step) % people.length],
  ).filter((person) => person !== undefined);

interface Talk {
  imports: number;
  random: () => number;
  rooms: SimRoom[];
  readers: SimPerson[];
}

/** Talks until that many copies are due, and notes for whom. Returns how many. */
function talk(load: Omit<ChaosLoad, 'copies'>, given: Talk): number {
  const { world, window, expected } = load;
  const { imports, random, rooms, readers } = given;
  const said = Math.ceil(imports / readersPerRoom);
  let copies = 0;
  for (let number = 0; number < said; number++) {
    const room = rooms[Math.floor(random() * rooms.length)];
    if (!room) continue;
    const share = (number + 1) / (said + 1);
    const at = new Date(Math.floor(window.from.getTime() + share * windowMs));
    const file = { name: `file ${number}.txt`, content: `Content ${number}.` };
    const files = number % fileEvery === 0 ? { files: [file] } : {};
    post(world, room, room.creator, { at, text: textOf(number), ...files });
    const homes = readers
      .filter((person) => stayAt(world, room, person, at))
      .map((person) => (person === readers.at(-1) ? load.catchAll : person.address));
    for (const home of new Set(homes)) {
      const own = expected.get(home) ?? new Set();
      expected.set(home, own.add(number));
      copies++;
    }
  }
  return copies;
}

const textOf = (number: number): string =>
  `Message ${number}. ${'The quick brown fox jumps over the lazy dog. '.repeat(number % 7)}`;

/** The number in a message's text; undefined if it is none of ours. */
export function numberIn(text: string): number | undefined {
  const found = /Message (\d+)\./.exec(text)?.[1];
  return found === undefined ? undefined : Number(found);
}
