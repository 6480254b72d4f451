/** Somebody in the sample data of a source. */
export interface SamplePerson {
  /** As the source knows them. */
  id: string;
  name: string;
  address: string;
  /** One of our people, who has a mailbox. */
  internal: boolean;
}

export const sampleDomain = 'example.com';

export const isInternal = (address: string): boolean =>
  address.endsWith(`@${sampleDomain}`);

/** Whom every source knows by the same addresses, so that one tenant serves all of them. */
export const staff = {
  matt: { name: 'Matt Holm', address: 'matt@example.com' },
  mike: { name: 'Mike Carter', address: 'mike@example.com' },
  jane: { name: 'Jane Wu', address: 'jane@example.com' },
  john: { name: 'John Andersen', address: 'john.andersen@example.com' },
  julie: { name: 'Julie Becker', address: 'julie@example.com' },
  zoe: { name: 'Zoë Müller-Šimek', address: 'zoe@example.com' },
  tariq: { name: 'Tariq Aziz', address: 'tariq@example.com' },
};

/** Of a partner. */
export const ana = { name: 'Ana Ruiz', address: 'ana.ruiz@example.net' };
export const bot = { name: 'Build Bot', address: 'build@webex.bot' };
