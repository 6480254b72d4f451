import type { Tenant } from '../local/graph/model.ts';
import { addUser, createTenant } from '../local/graph/tenant.ts';
import {
  addPerson,
  addRoom,
  createWorld,
  post,
  type SimPerson,
  type World,
} from '../local/webex/world.ts';

/** So many messages in rooms of three people, over the hour before `until`. */
export interface LoadOptions {
  messages: number;
  people: number;
  until: Date;
  /** The last message has a file of so many bytes; none if 0. */
  fileBytes: number;
}

export const readersPerRoom = 3;
const domain = 'example.com';
/** As an administrator can raise it. */
const maxMessageBytes = 150 * 1024 * 1024;
const windowMs = 60 * 60 * 1000;

/** An organisation that talks, and a tenant in which each of its people has a mailbox. */
export function createLoad(options: LoadOptions): { world: World; tenant: Tenant } {
  const world = createWorld({ seed: 'load', domain });
  const tenant = createTenant({ domains: [domain] });
  const people = Array.from({ length: options.people }, (_, number) => {
    const person = { name: `Person ${number}`, address: `person${number}@${domain}` };
    addUser(tenant, { ...person, mailbox: { maxMessageBytes } });
    return addPerson(world, person);
  });
  const rooms = people.map((_, number) => {
    const [creator, ...members] = membersOf(people, number);
    if (!creator) throw new Error('A load needs people.');
    return addRoom(world, { title: `Room ${number}`, creator, members });
  });
  const stepMs = windowMs / (options.messages + 1);
  for (let number = 0; number < options.messages; number++) {
    const room = rooms[number % rooms.length];
    if (!room) continue;
    const at = new Date(options.until.getTime() - windowMs + (number + 1) * stepMs);
    const isLast = number === options.messages - 1;
    post(world, room, room.creator, {
      ...{ at, text: textOf(number) },
      ...(isLast && options.fileBytes > 0 && { files: [largeFile(options.fileBytes)] }),
    });
  }
  return { world, tenant };
}

export const loadWindow = (until: Date) => ({
  from: new Date(until.getTime() - windowMs),
  to: until,
});

const membersOf = (people: SimPerson[], first: number): SimPerson[] =>
  Array.from(
    { length: readersPerRoom },
    (_, step) => people[(first + step) % people.length],
  ).filter((person) => person !== undefined);

const largeFile = (bytes: number) => ({ name: 'film.mp4', content: { bytes } });

const textOf = (number: number): string =>
  `Message ${number}. ${'The quick brown fox jumps over the lazy dog. '.repeat(number % 12)}`;
