import { z } from 'zod';
import { GraphError, type Reply, unreadableBody } from './answers.ts';
import { findFolder, folderOf, folderView, parentOf } from './folderRoutes.ts';
import { type Mailbox, newId } from './mailbox.ts';
import { deleteMessage } from './messageStore.ts';
import type { DirectoryUser, StoredFolder } from './model.ts';
import { jsonBody, type MailboxCall } from './service.ts';

const newFolderSchema = z.strictObject({
  '@odata.type': z.string().optional(),
  displayName: z.string(),
  isHidden: z.boolean().optional(),
});

// https://learn.microsoft.com/graph/api/mailfolder-post-childfolders
export function createFolder(call: MailboxCall): Reply {
  const parent = parentOf(call);
  const parsed = newFolderSchema.safeParse(jsonBody(call));
  if (!parsed.success) throw unreadableBody('The folder is not valid: UnknownProperty.');
  const { displayName, isHidden = false } = parsed.data;
  if (displayName.trim() === '')
    throw new GraphError(400, 'ErrorInvalidParameter', 'A folder needs a name.');
  refuseSameName(call.mailbox, parent, displayName);
  const folder = {
    id: newId('folder'),
    displayName,
    parentFolderId: parent.id,
    isHidden,
  };
  call.mailbox.apply({ kind: 'folder', folder });
  return { status: 201, body: folderView(call, folder) };
}

function refuseSameName(
  mailbox: Mailbox,
  parent: StoredFolder,
  displayName: string,
): void {
  const name = displayName.toLowerCase();
  const same = mailbox
    .childFolders(parent.id)
    .some((folder) => folder.displayName.toLowerCase() === name);
  if (same)
    throw new GraphError(
      409,
      'ErrorFolderExists',
      'A folder with the specified name already exists.',
    );
}

const folderUpdateSchema = z.strictObject({ displayName: z.string().min(1) });

export function updateFolder(call: MailboxCall): Reply {
  const folder = folderOf(call);
  const parsed = folderUpdateSchema.safeParse(jsonBody(call));
  if (!parsed.success)
    throw unreadableBody('Only the displayName of a folder can be changed.');
  const { displayName } = parsed.data;
  const parent = call.mailbox.folders.get(folder.parentFolderId);
  if (parent && displayName.toLowerCase() !== folder.displayName.toLowerCase())
    refuseSameName(call.mailbox, parent, displayName);
  const renamed = { ...folder, displayName };
  call.mailbox.apply({ kind: 'folder', folder: renamed });
  return { status: 200, body: folderView(call, renamed) };
}

export function deleteFolder(call: MailboxCall): Reply {
  const folder = folderOf(call);
  if (folder.wellKnownName)
    throw new GraphError(
      400,
      'ErrorDeleteDistinguishedFolder',
      'Distinguished folders cannot be deleted.',
    );
  removeFolder(call.mailbox, call.user, folder);
  return { status: 204 };
}

/** With everything in it. */
export function removeFolder(
  mailbox: Mailbox,
  user: DirectoryUser,
  folder: StoredFolder,
): void {
  for (const child of mailbox.childFolders(folder.id)) removeFolder(mailbox, user, child);
  for (const message of [...mailbox.messages.values()])
    if (message.folderId === folder.id) deleteMessage(mailbox, user, message);
  mailbox.apply({ kind: 'noFolder', id: folder.id });
}

/** The body of every move. The documentation writes it in both ways. */
export function readDestination(call: MailboxCall): StoredFolder {
  const schema = z.strictObject({
    DestinationId: z.string().optional(),
    destinationId: z.string().optional(),
  });
  const parsed = schema.safeParse(jsonBody(call));
  const id = parsed.data?.DestinationId ?? parsed.data?.destinationId;
  if (id === undefined) throw unreadableBody('A move needs a DestinationId.');
  return findFolder(call.mailbox, id);
}

export function moveFolder(call: MailboxCall): Reply {
  const folder = folderOf(call);
  const destination = readDestination(call);
  if (folder.wellKnownName)
    throw new GraphError(500, 'ErrorMoveDistinguishedFolder', 'It cannot be moved.');
  if (destination.id === folder.parentFolderId)
    return { status: 201, body: folderView(call, folder) };
  refuseSameName(call.mailbox, destination, folder.displayName);
  const moved = { ...folder, parentFolderId: destination.id };
  call.mailbox.apply({ kind: 'folder', folder: moved });
  return { status: 201, body: folderView(call, moved) };
}
