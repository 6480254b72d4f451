import { createHash } from 'node:crypto';
import { domainToASCII } from 'node:url';
import type { Person } from '../archive/state/item.ts';
import { headerText } from './clean.ts';
import type { Mailbox } from './types.ts';

// https://www.rfc-editor.org/rfc/rfc5322#section-3.2.3
const dotAtom = /^[\w!#$%&'*+\-/=?^`{|}~]+(?:\.[\w!#$%&'*+\-/=?^`{|}~]+)*$/;
const domain =
  /^[a-z\d](?:[a-z\d-]{0,61}[a-z\d])?(?:\.[a-z\d](?:[a-z\d-]{0,61}[a-z\d])?)*$/i;

const nameLimit = 200;
const idLimit = 200;

/**
 * A person as an address header shows them. Whoever has no address that is valid in ASCII
 * becomes `id@SOURCE.invalid`; what they are called, or the address that can't be used, is kept
 * as the name.
 */
export function mailboxOf(person: Person, source: string): Mailbox {
  const address = validAddress(person.address);
  const name = headerText(person.name ?? '', nameLimit);
  if (address) return { name, address };
  return {
    name: name || headerText(person.address ?? '', nameLimit),
    address: `${localPart(person.id)}@${label(source)}.invalid`,
  };
}

/**
 * The recipients: everybody but the author, each once, in an order that does not depend on how
 * the source lists them. Somebody listed with an address and without one is the same person.
 */
export function recipients(people: Person[], author: Person, source: string): Mailbox[] {
  const shown = people.map((person) => ({
    id: person.id,
    mailbox: mailboxOf(person, source),
  }));
  shown.sort((a, b) => byAddress(a.mailbox, b.mailbox));
  const addresses = new Set([sameAddress(mailboxOf(author, source).address)]);
  const ids = new Set([author.id]);
  return shown
    .filter(({ id, mailbox: { address } }) => {
      const known =
        addresses.has(sameAddress(address)) || (isStandIn(address) && ids.has(id));
      addresses.add(sameAddress(address));
      ids.add(id);
      return !known;
    })
    .map(({ mailbox }) => mailbox);
}

/** What the source is called where only letters, digits and `-` may stand. */
export function label(source: string): string {
  return /^[a-z\d-]{1,63}$/.test(source) ? source : hashed(source);
}

/** 32 hex digits that stand for a value. */
export function hashed(value: string): string {
  return createHash('sha256').update(value.toWellFormed()).digest('hex').slice(0, 32);
}

function validAddress(address = ''): string | undefined {
  const trimmed = address.trim();
  const at = trimmed.lastIndexOf('@');
  const local = trimmed.slice(0, Math.max(at, 0));
  const host = asciiDomain(trimmed.slice(at + 1));
  if (local.length > 64 || host.length > 253) return undefined;
  return isPlain(local) && domain.test(host) ? `${local}@${host}` : undefined;
}

function asciiDomain(host: string): string {
  // Only names with other letters: the function reads `1.2.3` as an IPv4 address.
  return /^\p{ASCII}*$/u.test(host) ? host.toLowerCase() : domainToASCII(host);
}

function localPart(id: string): string {
  return id.length <= idLimit && isPlain(id) ? id : hashed(id);
}

// What looks like an encoded word is decoded by many readers: https://www.rfc-editor.org/rfc/rfc2047
function isPlain(local: string): boolean {
  return dotAtom.test(local) && !local.includes('=?');
}

function isStandIn(address: string): boolean {
  return address.endsWith('.invalid');
}

// Addresses are compared without regard to case; ids of a source may differ in nothing else.
function sameAddress(address: string): string {
  return isStandIn(address) ? address : address.toLowerCase();
}

function byAddress(a: Mailbox, b: Mailbox): number {
  return (
    Number(isStandIn(a.address)) - Number(isStandIn(b.address)) ||
    compare(sameAddress(a.address), sameAddress(b.address)) ||
    compare(a.address, b.address) ||
    // Of the names that one address goes by, a name wins over none.
    compare(b.name, a.name)
  );
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
