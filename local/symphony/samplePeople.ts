import { userIdOf } from './ids.ts';
import members from './samples/v2_membership_list.json' with { type: 'json' };
import { addPerson, type PersonOptions, type SimPerson, type World } from './world.ts';

export const sampleDomain = 'example.com';

/** The vendor's sample has one of ours, and one of another pod of whom it tells no address. */
const [john, alice] = members.members.map(({ user }) => user);

const cast = {
  matt: person('Matt Holm', 'matt@example.com', 101),
  mike: person('Mike Carter', 'mike@example.com', 102),
  jane: person('Jane Wu', 'jane@example.com', 103),
  john: person('John Andersen', 'john.andersen@example.com', 104, john?.userId),
  julie: person('Julie Becker', 'julie@example.com', 105),
  zoe: person('Zoë Müller-Šimek', 'zoe@example.com', 106),
  tariq: person('Tariq Aziz', 'tariq@example.com', 107),
  ana: { ...person('Ana Ruiz', 'ana.ruiz@example.net', 108), external: true },
  alice: {
    ...{ name: alice?.displayName ?? 'Alice Smith', external: true },
    userId: alice?.userId ?? userIdOf(131, 109),
  },
  bot: { ...person('Rates Bot', 'rates@bots.example.net', 110), bot: true },
} satisfies Record<string, PersonOptions>;

export type Cast = Record<keyof typeof cast, SimPerson>;

function person(name: string, address: string, number: number, userId?: number) {
  return { name, address, userId: userId ?? userIdOf(130, number) };
}

export function addCast(world: World): Cast {
  const add = (options: PersonOptions) => addPerson(world, options);
  return {
    matt: add(cast.matt),
    mike: add(cast.mike),
    jane: add(cast.jane),
    john: add(cast.john),
    julie: add(cast.julie),
    zoe: add(cast.zoe),
    tariq: add(cast.tariq),
    ana: add(cast.ana),
    alice: add(cast.alice),
    bot: add(cast.bot),
  };
}

export interface SamplePerson {
  /** As in Symphony's answers. */
  id: string;
  name: string;
  address: string;
  /** One of our people, who has a mailbox. */
  internal: boolean;
}

/** Everybody in the sample data who has an address, so that the simulated mailboxes can be theirs. */
export function samplePeople(): SamplePerson[] {
  return Object.values<PersonOptions & { userId: number }>(cast).flatMap(
    ({ userId, name, address, bot }) =>
      address === undefined || bot
        ? []
        : [
            {
              ...{ id: String(userId), name, address },
              internal: address.endsWith(`@${sampleDomain}`),
            },
          ],
  );
}
