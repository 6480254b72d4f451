import { createHash } from 'node:crypto';
import type { DirectoryUser, MailboxSetup, MailboxState, Tenant } from './model.ts';

/** The same address has the same object id at each start. */
function objectId(seed: string): string {
  const hex = createHash('sha256').update(seed.toLowerCase()).digest('hex');
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `4${hex.slice(13, 16)}`,
    `8${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join('-');
}

/** An organisation without users. */
export function createTenant(options: { domains: string[]; name?: string }): Tenant {
  return {
    id: objectId(`tenant:${options.domains.join(',')}`),
    displayName: options.name ?? 'Example',
    verifiedDomains: [...options.domains],
    users: [],
  };
}

export interface NewUser {
  /** The primary SMTP address; for a guest the address at home. */
  address: string;
  name?: string;
  id?: string;
  userPrincipalName?: string;
  /** Further SMTP addresses. */
  aliases?: string[];
  otherMails?: string[];
  imAddresses?: string[];
  guest?: boolean;
  accountEnabled?: boolean;
  mailbox?: MailboxState | Partial<MailboxSetup>;
}

// https://learn.microsoft.com/office365/servicedescriptions/exchange-online-service-description/exchange-online-limits
const defaultMessageBytes = 35 * 1024 * 1024;

/** Adds a person, a shared mailbox or a guest, and returns what the directory has of it. */
export function addUser(tenant: Tenant, person: NewUser): DirectoryUser {
  const guest = person.guest ?? false;
  const setup =
    typeof person.mailbox === 'string' ? { state: person.mailbox } : person.mailbox;
  const user: DirectoryUser = {
    id: person.id ?? objectId(`user:${person.address}`),
    displayName: person.name ?? person.address,
    mail: person.address,
    userPrincipalName:
      person.userPrincipalName ?? (guest ? guestName(tenant, person) : person.address),
    proxyAddresses: [
      `SMTP:${person.address}`,
      ...(person.aliases ?? []).map((alias) => `smtp:${alias}`),
    ],
    otherMails: person.otherMails ?? (guest ? [person.address] : []),
    imAddresses: person.imAddresses ?? (guest ? [] : [person.address]),
    userType: guest ? 'Guest' : 'Member',
    accountEnabled: person.accountEnabled ?? true,
    mailbox: {
      state: guest ? 'none' : 'ok',
      maxMessageBytes: defaultMessageBytes,
      purpose: 'user',
      ...setup,
    },
  };
  tenant.users.push(user);
  return user;
}

function guestName(tenant: Tenant, person: NewUser): string {
  const home = tenant.verifiedDomains[0] ?? 'example.com';
  return `${person.address.replace('@', '_')}#EXT#@${home}`;
}

/** By object id or user principal name, as in `/users/{id}`; with `anyAddress`, by all. */
export function findUser(
  tenant: Tenant,
  idOrName: string,
  anyAddress = false,
): DirectoryUser | undefined {
  const wanted = idOrName.toLowerCase();
  return tenant.users.find(
    (user) =>
      user.id.toLowerCase() === wanted ||
      user.userPrincipalName.toLowerCase() === wanted ||
      (anyAddress &&
        user.proxyAddresses.some((proxy) => proxy.slice(5).toLowerCase() === wanted)),
  );
}
