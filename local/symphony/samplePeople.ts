import { ana, isInternal, type SamplePerson, staff } from '../samplePeople.ts';
import { userIdOf } from './ids.ts';
import members from './samples/v2_membership_list.json' with { type: 'json' };
import { addPerson, type PersonOptions, type SimPerson, type World } from './world.ts';

/** The vendor's sample has one of ours, and one of another pod of whom it tells no address. */
const [john, alice] = members.members.map(({ user }) => user);

const cast = {
  matt: person(staff.matt, 101),
  mike: person(staff.mike, 102),
  jane: person(staff.jane, 103),
  john: person(staff.john, 104, john?.userId),
  julie: person(staff.julie, 105),
  zoe: person(staff.zoe, 106),
  tariq: person(staff.tariq, 107),
  ana: { ...person(ana, 108), external: true },
  alice: {
    ...{ name: alice?.displayName ?? 'Alice Smith', external: true },
    userId: alice?.userId ?? userIdOf(131, 109),
  },
  bot: {
    ...person({ name: 'Rates Bot', address: 'rates@bots.example.net' }, 110),
    bot: true,
  },
} satisfies Record<string, PersonOptions>;

export type Cast = Record<keyof typeof cast, SimPerson>;

function person(who: typeof ana, number: number, userId = userIdOf(130, number)) {
  return { ...who, userId };
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

/** Everybody in the sample data who has an address, so that the simulated mailboxes can be theirs. */
export const samplePeople = (): SamplePerson[] =>
  Object.values<PersonOptions & { userId: number }>(cast).flatMap((one) => {
    const { userId, name, address, bot } = one;
    if (address === undefined || bot) return [];
    return [{ id: String(userId), name, address, internal: isInternal(address) }];
  });
