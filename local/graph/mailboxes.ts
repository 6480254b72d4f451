import { type MailboxData, openDataFile } from './dataFile.ts';
import { createMailbox, type Mailbox, provisionMailbox } from './mailbox.ts';

export interface Mailboxes {
  get(userId: string): Mailbox;
  /** Writes everything to the data file, if there is one. */
  save(): void;
}

/** All mailboxes; each is made when it is first asked for, or found in the data file. */
export function openMailboxes(dataFile: string | undefined): Mailboxes {
  const file = dataFile === undefined ? undefined : openDataFile(dataFile);
  const mailboxes = new Map<string, Mailbox>();
  let loading = true;

  function open(userId: string): Mailbox {
    const known = mailboxes.get(userId);
    if (known) return known;
    const mailbox = createMailbox(userId, (change) => {
      if (!loading) file?.append(userId, change);
    });
    mailboxes.set(userId, mailbox);
    return mailbox;
  }

  function save(): void {
    const data: MailboxData = {};
    for (const [userId, { folders, messages }] of mailboxes)
      data[userId] = {
        folders: [...folders.values()],
        messages: [...messages.values()],
      };
    file?.save(data);
  }

  file?.load((userId, change) => open(userId).apply(change));
  loading = false;
  if (mailboxes.size > 0) save();
  return {
    get(userId) {
      const mailbox = open(userId);
      if (mailbox.folders.size === 0) provisionMailbox(mailbox);
      return mailbox;
    },
    save,
  };
}
