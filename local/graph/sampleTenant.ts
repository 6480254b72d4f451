import { type SamplePerson, sampleDomain } from '../samplePeople.ts';
import type { Tenant } from './model.ts';
import { addUser, createTenant } from './tenant.ts';

export const catchAll = `archive@${sampleDomain}`;

// An administrator of this tenant has raised the limit to what Exchange allows.
const maxMessageBytes = 150 * 1024 * 1024;

/**
 * The organisation example.com. Of its people, the first is known in the source by an alias,
 * and the last, if there are three or more, has no mailbox; all others have theirs.
 */
export function sampleTenant(people: SamplePerson[]): Tenant {
  const tenant = createTenant({ domains: [sampleDomain], name: 'Example' });
  const own = people.filter(({ internal }) => internal);
  for (const [position, { name, address }] of own.entries()) {
    const isAlias = position === 0;
    const hasMailbox = own.length < 3 || position < own.length - 1;
    addUser(tenant, {
      name,
      address: isAlias ? `primary.${address}` : address,
      ...(isAlias ? { aliases: [address] } : {}),
      mailbox: hasMailbox ? { maxMessageBytes } : 'none',
    });
  }
  addUser(tenant, {
    name: 'Archive',
    address: catchAll,
    mailbox: { maxMessageBytes, purpose: 'shared' },
    accountEnabled: false,
  });
  return tenant;
}
