import { removeFolder } from './folderChanges.ts';
import { findFolder } from './folderRoutes.ts';
import { folderPath, type Mailbox } from './mailbox.ts';
import { deleteMessage, moveMessage, visibleMessage } from './messageStore.ts';
import type { DirectoryUser, StoredFolder } from './model.ts';

/** What people do in their mailboxes while nobody looks. Folders go by name: `Inbox/Webex Teams`. */
export interface MailboxOwner {
  moveMessage(id: string, folder: string): void;
  deleteMessage(id: string): void;
  moveFolder(folder: string, parent: string): void;
  deleteFolder(folder: string): void;
}

export function mailboxOwner(user: DirectoryUser, mailbox: Mailbox): MailboxOwner {
  function named(path: string): StoredFolder {
    const found = [...mailbox.folders.values()].find(
      (folder) => folderPath(mailbox, folder) === path,
    );
    return found ?? findFolder(mailbox, path);
  }
  return {
    moveMessage(id, folder) {
      moveMessage(mailbox, visibleMessage(mailbox, id), named(folder).id);
    },
    deleteMessage(id) {
      deleteMessage(mailbox, user, visibleMessage(mailbox, id));
    },
    moveFolder(folder, parent) {
      mailbox.apply({
        kind: 'folder',
        folder: { ...named(folder), parentFolderId: named(parent).id },
      });
    },
    deleteFolder(folder) {
      removeFolder(mailbox, user, named(folder));
    },
  };
}
