import { uuidFrom } from '../simulation/seeded.ts';
import { uuidIn } from './ids.ts';
import attachmentAction from './samples/attachmentAction.json' with { type: 'json' };
import message from './samples/message.json' with { type: 'json' };
import { addPerson, type PersonOptions, type SimPerson, type World } from './world.ts';

export const sampleDomain = 'example.com';

/** The vendor's sample has both in one string. */
const [mike, jane] = message.mentionedPeople.join(',').split(',').map(uuidIn);
/** The vendor's card answer has only its beginning; other samples have all of it. */
const john = '716e9d1c-ca44-4fed-8fca-9df4b4f417f5';

const cast = {
  matt: person('Matt Holm', message.personEmail, uuidIn(message.personId)),
  mike: person('Mike Carter', 'mike@example.com', mike),
  jane: person('Jane Wu', 'jane@example.com', jane),
  john: person('John Andersen', attachmentAction.inputs.Email, john),
  julie: person('Julie Becker', 'julie@example.com'),
  zoe: person('Zoë Müller-Šimek', 'zoe@example.com'),
  tariq: person('Tariq Aziz', 'tariq@example.com'),
  ana: { ...person('Ana Ruiz', 'ana.ruiz@example.net'), external: true },
  bot: {
    ...person('Build Bot', 'build@webex.bot'),
    kind: 'bot' as const,
    external: true,
  },
} satisfies Record<string, PersonOptions>;

export type Cast = Record<keyof typeof cast, SimPerson>;

function person(name: string, address: string, uuid = uuidFrom('sample', address)) {
  return { name, address, uuid };
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

export interface SamplePerson {
  /** A uuid. */
  id: string;
  name: string;
  address: string;
  /** One of our people, who has a mailbox. */
  internal: boolean;
}

/** Everybody in the sample data, so that the simulated mailboxes can be theirs. */
export function samplePeople(): SamplePerson[] {
  return Object.values(cast).map(({ uuid, name, address }) => ({
    id: uuid,
    name,
    address,
    internal: address.endsWith(`@${sampleDomain}`),
  }));
}
