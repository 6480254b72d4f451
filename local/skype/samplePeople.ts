import { ana, isInternal, type SamplePerson, staff } from '../samplePeople.ts';

/** With their numbers in the compliance files. */
export const cast = {
  matt: { ...staff.matt, number: 21 },
  mike: { ...staff.mike, number: 22 },
  jane: { ...staff.jane, number: 23 },
  john: { ...staff.john, number: 24 },
  julie: { ...staff.julie, number: 25 },
  zoe: { ...staff.zoe, number: 26 },
  tariq: { ...staff.tariq, number: 27 },
  ana: { ...ana, number: 28, isExternal: true },
  /** The user of the vendor's own sample. */
  kazuto: {
    ...{ name: 'TestUser kazuto', address: 'kazuto@litwareinc.com' },
    ...{ number: 10, isExternal: true },
  },
};

/** Everybody in the sample data, so that the simulated mailboxes can be theirs. */
export const samplePeople = (): SamplePerson[] =>
  Object.values(cast).map(({ name, address }) => ({
    ...{ id: address, name, address, internal: isInternal(address) },
  }));
