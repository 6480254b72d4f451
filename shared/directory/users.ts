import { z } from 'zod';
import type { BatchPart } from '../mailbox/batch.ts';

/** What of a user decides whose an address is. */
export const userSchema = z.object({
  id: z.string().min(1),
  mail: z.string().nullish(),
  userPrincipalName: z.string().nullish(),
  proxyAddresses: z.array(z.string()).nullish(),
  otherMails: z.array(z.string()).nullish(),
  imAddresses: z.array(z.string()).nullish(),
  userType: z.string().nullish(),
});
export type User = z.infer<typeof userSchema>;

/** An answer of `/users`. */
export const usersSchema = z.object({ value: z.array(userSchema) });

const select = 'id,displayName,mail,userPrincipalName,proxyAddresses,otherMails,userType';

/**
 * Asks for everybody who has an address, in lower case; with `chat`, also as one that they chat
 * under. The directory's index of proxy addresses needs the advanced kind of query.
 *
 * https://learn.microsoft.com/graph/aad-advanced-queries
 */
export function userQuery(id: string, address: string, chat: boolean): BatchPart {
  const quoted = address.replaceAll("'", "''");
  const chatFilters = [
    `imAddresses/any(x:x eq '${quoted}')`,
    `proxyAddresses/any(x:x eq 'sip:${quoted}')`,
    `proxyAddresses/any(x:x eq 'SIP:${quoted}')`,
  ];
  const filter = [
    `mail eq '${quoted}'`,
    `userPrincipalName eq '${quoted}'`,
    `proxyAddresses/any(x:x eq 'smtp:${quoted}')`,
    `proxyAddresses/any(x:x eq 'SMTP:${quoted}')`,
    `otherMails/any(x:x eq '${quoted}')`,
    ...(chat ? chatFilters : []),
  ].join(' or ');
  const columns = chat ? `${select},imAddresses` : select;
  return {
    id,
    url: `/users?$filter=${encodeURIComponent(filter)}&$count=true&$select=${columns}`,
    headers: { ConsistencyLevel: 'eventual' },
  };
}

/** Guests have their mailbox elsewhere. */
export const isGuest = ({ userType, userPrincipalName }: User): boolean =>
  userType?.toLowerCase() === 'guest' ||
  (userPrincipalName?.toUpperCase().includes('#EXT#') ?? false);

/** How an address is somebody's, the surest first. */
const claims = ['mail', 'userPrincipalName', 'proxy', 'chat', 'other'] as const;
/** One of `claims`. */
export type Claim = (typeof claims)[number];

/**
 * How an address is this user's; undefined if it is not. The directory is not believed to compare
 * as we do. `other` is one that users may type themselves: it counts only where the organisation
 * has given the address to nobody.
 */
export function claimOn(user: User, address: string, chat: boolean): Claim | undefined {
  const proxies = user.proxyAddresses ?? [];
  const ofKind = (kind: RegExp) =>
    proxies.filter((proxy) => kind.test(proxy)).map((proxy) => proxy.replace(kind, ''));
  const chats = [...(user.imAddresses ?? []), ...ofKind(/^sip:/i)].map(withoutSip);
  const own: Record<Claim, (string | null | undefined)[]> = {
    mail: [user.mail],
    userPrincipalName: [user.userPrincipalName],
    proxy: ofKind(/^smtp:/i),
    chat: chat ? chats : [],
    other: user.otherMails ?? [],
  };
  return claims.find((claim) => own[claim].some((one) => one?.toLowerCase() === address));
}

/** Those with the surest claim of all who have one. */
export function surest<T extends { claim: Claim }>(claimants: T[]): T[] {
  const best = claims.find((claim) => claimants.some((one) => one.claim === claim));
  return claimants.filter((one) => one.claim === best);
}

/** Chat addresses are written as URIs here and there. */
export const withoutSip = (address: string): string =>
  address.trim().replace(/^sip:/i, '');

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
