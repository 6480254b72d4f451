import { z } from 'zod';
import type { Person } from '../../archive/state/item.ts';

const mailboxSchema: z.ZodType<Mailbox> = z.lazy(() =>
  z.object({
    address: z.string().optional(),
    name: z.string().optional(),
    group: z.array(mailboxSchema).optional(),
  }),
);
interface Mailbox {
  address?: string | undefined;
  name?: string | undefined;
  group?: Mailbox[] | undefined;
}
const addressesSchema = z.object({ value: z.array(mailboxSchema) });
const addressHeaders = ['from', 'sender', 'to', 'cc', 'bcc'] as const;

/** Everybody whom the header names, each once, and who of them is its author. */
export function peopleIn(headers: Map<string, unknown>) {
  const people = new Map<string, Person>();
  let author: Person | undefined;
  for (const name of addressHeaders) {
    for (const person of mailboxesIn(headers.get(name)).flatMap(personOf)) {
      const known = people.get(person.id);
      people.set(person.id, { ...person, ...known });
      if (name === 'from') author ??= people.get(person.id);
    }
  }
  return { author, people: [...people.values()] };
}

function mailboxesIn(header: unknown): Mailbox[] {
  const headers = Array.isArray(header) ? header : [header];
  return headers
    .flatMap((one) => addressesSchema.safeParse(one).data?.value ?? [])
    .flatMap((mailbox) => mailbox.group ?? [mailbox]);
}

/** Who has no address goes by the name: a guest, a telephone. */
function personOf({ address, name }: Mailbox): Person[] {
  const own = address?.trim();
  const id = own?.toLowerCase() || name?.trim();
  if (!id) return [];
  return [{ id, ...(name && { name }), ...(own && { address: own }) }];
}
