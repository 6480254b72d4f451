import { ana, type SamplePerson, staff } from '../samplePeople.ts';
import { userId } from './ids.ts';
import users from './samples/users.json' with { type: 'json' };
import { addUser, type SimGuest, type SimUser, type World } from './world.ts';

const [vendorsOwn] = users.users;

const cast = {
  matt: user(staff.matt),
  mike: user(staff.mike),
  jane: user(staff.jane),
  john: user(staff.john),
  julie: user(staff.julie),
  zoe: user(staff.zoe),
  tariq: user(staff.tariq),
  /** The user of the vendor's own samples. */
  jill: {
    name: vendorsOwn?.display_name ?? 'Jill Chill',
    ...{ address: vendorsOwn?.email ?? '', id: vendorsOwn?.id ?? '' },
  },
};

/** Who did not sign in: what they typed is shown, and counts for nothing. */
const guests = {
  ana: { name: ana.name, typed: ana.address },
  /** Somebody who would like to get Julie's mail. */
  mallory: { name: 'Julie B.', typed: staff.julie.address },
  phone: { name: '+49 30 ******42' },
} satisfies Record<string, SimGuest>;

export type Cast = Record<keyof typeof cast, SimUser> & typeof guests;

function user(who: typeof ana) {
  return { ...who, id: userId('sample', who.address) };
}

export function addCast(world: World): Cast {
  const add = (who: keyof typeof cast) => addUser(world, cast[who]);
  return {
    ...{ matt: add('matt'), mike: add('mike'), jane: add('jane'), john: add('john') },
    ...{ julie: add('julie'), zoe: add('zoe'), tariq: add('tariq') },
    // She has left, and her recordings are still there.
    jill: addUser(world, { ...cast.jill, status: 'inactive' }),
    ...guests,
  };
}

/** Everybody in the sample data, so that the simulated mailboxes can be theirs. */
export function samplePeople(): SamplePerson[] {
  const ours = Object.values(cast).map((one) => ({ ...one, internal: true }));
  return [...ours, { ...ana, id: 'guest-ana', internal: false }];
}
