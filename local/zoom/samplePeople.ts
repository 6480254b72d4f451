import { userId } from './ids.ts';
import users from './samples/users.json' with { type: 'json' };
import { addUser, type SimGuest, type SimUser, type World } from './world.ts';

export const sampleDomain = 'example.com';

const [vendorsOwn] = users.users;

/** The people of the tenant, whom other vendors' sample data knows by the same addresses. */
const cast = {
  matt: user('Matt Holm', 'matt@example.com'),
  mike: user('Mike Carter', 'mike@example.com'),
  jane: user('Jane Wu', 'jane@example.com'),
  john: user('John Andersen', 'john.andersen@example.com'),
  julie: user('Julie Becker', 'julie@example.com'),
  zoe: user('Zoë Müller-Šimek', 'zoe@example.com'),
  tariq: user('Tariq Aziz', 'tariq@example.com'),
  /** The user of the vendor's own samples. */
  jill: {
    ...user(vendorsOwn?.display_name ?? 'Jill Chill', vendorsOwn?.email ?? ''),
    id: vendorsOwn?.id ?? '',
  },
};

/** Who did not sign in: what they typed is shown, and counts for nothing. */
const guests = {
  ana: { name: 'Ana Ruiz', typed: 'ana.ruiz@example.net' },
  /** Somebody who would like to get Julie's mail. */
  mallory: { name: 'Julie B.', typed: 'julie@example.com' },
  phone: { name: '+49 30 ******42' },
} satisfies Record<string, SimGuest>;

export type Cast = Record<keyof typeof cast, SimUser> & typeof guests;

function user(name: string, address: string) {
  return { name, address, id: userId('sample', address) };
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

export interface SamplePerson {
  id: string;
  name: string;
  address: string;
  /** One of our people, who has a mailbox. */
  internal: boolean;
}

/** Everybody in the sample data, so that the simulated mailboxes can be theirs. */
export function samplePeople(): SamplePerson[] {
  const ours = Object.values(cast).map((one) => ({ ...one, internal: true }));
  const { name, typed } = guests.ana;
  return [...ours, { id: 'guest-ana', name, address: typed, internal: false }];
}
