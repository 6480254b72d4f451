import { ana, bot, isInternal, type SamplePerson, staff } from '../samplePeople.ts';
import { uuidFrom } from '../simulation/seeded.ts';
import { uuidIn } from './ids.ts';
import message from './samples/message.json' with { type: 'json' };
import { addPerson, type PersonOptions, type SimPerson, type World } from './world.ts';

/** The vendor's sample has both in one string. */
const [mike, jane] = message.mentionedPeople.join(',').split(',').map(uuidIn);
/** The vendor's card answer has only its beginning; other samples have all of it. */
const john = '716e9d1c-ca44-4fed-8fca-9df4b4f417f5';

const cast = {
  matt: person(staff.matt, uuidIn(message.personId)),
  mike: person(staff.mike, mike),
  jane: person(staff.jane, jane),
  john: person(staff.john, john),
  julie: person(staff.julie),
  zoe: person(staff.zoe),
  tariq: person(staff.tariq),
  ana: { ...person(ana), external: true },
  bot: { ...person(bot), kind: 'bot' as const, external: true },
} satisfies Record<string, PersonOptions>;

export type Cast = Record<keyof typeof cast, SimPerson>;

function person(who: typeof ana, uuid = uuidFrom('sample', who.address)) {
  return { ...who, uuid };
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
    bot: add(cast.bot),
  };
}

/** Everybody in the sample data, so that the simulated mailboxes can be theirs. */
export const samplePeople = (): SamplePerson[] =>
  Object.values(cast).map(({ uuid, name, address }) => ({
    ...{ id: uuid, name, address, internal: isInternal(address) },
  }));
