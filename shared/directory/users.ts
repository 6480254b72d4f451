import { z } from 'zod';
import type { BatchPart } from '../mailbox/batch.ts';

/** What of a user decides whose an address is. */
export const userSchema = z.object({
  id: z.string().min(1),
  mail: z.string().nullish(),
  userPrincipalName: z.string().nullish(),
  proxyAddresses: z.array(z.string()).nullish(),
  otherMails: z.array(z.string()).nullish(),
  userType: z.string().nullish(),
});
export type User = z.infer<typeof userSchema>;

export const usersSchema = z.object({ value: z.array(userSchema) });

const select = 'id,displayName,mail,userPrincipalName,proxyAddresses,otherMails,userType';

/**
 * Asks for everybody who has an address, in lower case. The directory's index of proxy
 * addresses needs the advanced kind of query.
 *
 * https://learn.microsoft.com/graph/aad-advanced-queries
 */
export function userQuery(id: string, address: string): BatchPart {
  const quoted = address.replaceAll("'", "''");
  const filter = [
    `mail eq '${quoted}'`,
    `userPrincipalName eq '${quoted}'`,
    `proxyAddresses/any(x:x eq 'smtp:${quoted}')`,
    `proxyAddresses/any(x:x eq 'SMTP:${quoted}')`,
    `otherMails/any(x:x eq '${quoted}')`,
  ].join(' or ');
  return {
    id,
    url: `/users?$filter=${encodeURIComponent(filter)}&$count=true&$select=${select}`,
    headers: { ConsistencyLevel: 'eventual' },
  };
}

/** Guests have their mailbox elsewhere. */
export const isGuest = ({ userType, userPrincipalName }: User): boolean =>
  userType?.toLowerCase() === 'guest' ||
  (userPrincipalName?.toUpperCase().includes('#EXT#') ?? false);

/** Is it really theirs? The directory is not believed to compare as we do. */
export function owns(user: User, address: string): boolean {
  const smtp = (user.proxyAddresses ?? [])
    .filter((proxy) => /^smtp:/i.test(proxy))
    .map((proxy) => proxy.slice('smtp:'.length));
  return [user.mail, user.userPrincipalName, ...smtp, ...(user.otherMails ?? [])].some(
    (own) => own?.toLowerCase() === address,
  );
}

/** For people to read. */
export const displayAddress = (user: User): string =>
  user.mail || user.userPrincipalName || user.id;

/**
 * An address as the directory is asked for it; undefined if it can't be one. `.invalid` is
 * nobody's domain: https://www.rfc-editor.org/rfc/rfc2606
 */
export function askable(address: string): string | undefined {
  const lower = address.trim().toLowerCase();
  const plain = /^[^\s@<>"(),;:\\[\]\p{C}]{1,64}@[^\s@<>"(),;:\\[\]\p{C}]{1,189}$/u;
  return plain.test(lower) && !lower.endsWith('.invalid') ? lower : undefined;
}
