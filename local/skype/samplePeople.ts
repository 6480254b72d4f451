import type { ChatPerson } from './complianceXml.ts';

const domain = 'example.com';

/** The people of the tenant, whom other vendors' sample data knows by the same addresses. */
export const cast = {
  matt: person('Matt Holm', 'matt@example.com', 21),
  mike: person('Mike Carter', 'mike@example.com', 22),
  jane: person('Jane Wu', 'jane@example.com', 23),
  john: person('John Andersen', 'john.andersen@example.com', 24),
  julie: person('Julie Becker', 'julie@example.com', 25),
  zoe: person('Zoë Müller-Šimek', 'zoe@example.com', 26),
  tariq: person('Tariq Aziz', 'tariq@example.com', 27),
  ana: { ...person('Ana Ruiz', 'ana.ruiz@example.net', 28), isExternal: true },
  /** The user of the vendor's own sample. */
  kazuto: { ...person('TestUser kazuto', 'kazuto@litwareinc.com', 10), isExternal: true },
};

function person(name: string, address: string, number: number): ChatPerson {
  return { name, address, number };
}

export interface SamplePerson {
  id: string;
  name: string;
  address: string;
  /** One of our people, who has a mailbox. */
  internal: boolean;
}

/** Everybody in the sample data, so that the simulated mailboxes can be theirs. */
export const samplePeople = (): SamplePerson[] =>
  Object.values(cast).map(({ name, address }) => ({
    ...{ id: address, name, address },
    internal: address.endsWith(`@${domain}`),
  }));
