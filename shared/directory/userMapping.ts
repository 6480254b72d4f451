import type { MappingLine } from './mappingCsv.ts';
import { withoutSip } from './users.ts';

/** Somebody as the source knows them. */
interface SourcePerson {
  id: string;
  address?: string | undefined;
}

/** Finds the mailbox address (lower case) that an administrator named for somebody. */
export type MailboxFor = (person: SourcePerson) => string | undefined;

/**
 * The source's id decides before the address. Ids that differ in their case only are told
 * apart where the mapping names both, and else taken as the same.
 */
export function createMailboxFor(lines: MappingLine[]): MailboxFor {
  const exact = new Map(
    lines.map(({ externalUserId, mailbox }) => [externalUserId, mailbox]),
  );
  const byFolded = Map.groupBy(lines, ({ externalUserId }) =>
    externalUserId.toLowerCase(),
  );
  const find = (id: string): string | undefined => {
    const alike = byFolded.get(id.toLowerCase()) ?? [];
    return exact.get(id) ?? (alike.length === 1 ? alike[0]?.mailbox : undefined);
  };
  return ({ id, address }) => {
    const own = address && withoutSip(address);
    return find(id) ?? (own ? find(own) : undefined);
  };
}
