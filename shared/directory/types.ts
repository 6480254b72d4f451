/** A mailbox in Microsoft 365: the directory object's id, and an address for people to read. */
export interface MailboxRef {
  id: string;
  address: string;
}

/** Addresses → mailboxes. */
export interface Directory {
  /** The organisation's own domains, lower case. */
  internalDomains(): Promise<Set<string>>;
  /**
   * The mailbox behind each address, by every address that a user has; with `chat`, also by
   * those that they chat under (`imAddresses`, `sip:`). Addresses are compared without regard to
   * case. An address without a mailbox is not in the result.
   * Throws a `RemoteFault` if the directory can't be asked now.
   */
  resolve(
    addresses: Iterable<string>,
    by?: { chat: boolean },
  ): Promise<Map<string, MailboxRef>>;
}
