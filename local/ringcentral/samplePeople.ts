import { ana, bot, isInternal, type SamplePerson, staff } from '../samplePeople.ts';
import person from './samples/person.json' with { type: 'json' };
import { addPerson, type SimPerson, type World } from './world.ts';

/** The vendor's own sample, as one of our people's colleagues elsewhere. */
const iren = {
  id: person.id,
  name: `${person.firstName} ${person.lastName}`,
  address: 'iren.fox@example.net',
  internal: false,
};

/** Everybody in the sample data, so that the simulated mailboxes can be theirs. */
export function samplePeople(): SamplePerson[] {
  const people = [...Object.values(staff), ana, bot].map(({ name, address }, index) => ({
    ...{ id: String(62_288_329_016 + index * 16), name, address },
    internal: isInternal(address),
  }));
  return [...people, iren];
}

/** By their first name. */
export type Cast = (name: string) => SimPerson;

export function addCast(world: World): Cast {
  const people = new Map(
    samplePeople().map(({ id, name, address, internal }): [string, SimPerson] => [
      name.split(' ')[0] ?? name,
      addPerson(world, { id, name, address, external: !internal }),
    ]),
  );
  return (name) => {
    const found = people.get(name);
    if (!found) throw new Error(`Nobody in the sample data is called "${name}".`);
    return found;
  };
}
