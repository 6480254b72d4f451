import { z } from 'zod';
import {
  badRequest,
  GraphError,
  itemNotFound,
  type Reply,
  unreadableBody,
} from './answers.ts';
import { type FilterSubject, matches, usesOf } from './filterMatch.ts';
import { type Mailbox, newId, recoverable, rootFolder } from './mailbox.ts';
import { deleteMessage } from './messageStore.ts';
import type { DirectoryUser, StoredFolder } from './model.ts';
import { pageOf } from './pages.ts';
import { selected } from './queryOptions.ts';
import { jsonBody, type MailboxCall, param } from './service.ts';

function folderOf(call: MailboxCall): StoredFolder {
  return findFolder(call.mailbox, param(call, 'folder'));
}

/** By id or well-known name; throws the service's 404. */
export function findFolder(mailbox: Mailbox, idOrName: string): StoredFolder {
  const folder = mailbox.folder(idOrName);
  if (!folder || folder.wellKnownName === recoverable) throw itemNotFound();
  return folder;
}

const properties = [
  'id',
  'displayName',
  'parentFolderId',
  'childFolderCount',
  'unreadItemCount',
  'totalItemCount',
  'sizeInBytes',
  'isHidden',
];

function folderView(call: MailboxCall, folder: StoredFolder): Record<string, unknown> {
  const unknown = call.query.select?.find((name) => !properties.includes(name));
  if (unknown)
    throw badRequest(
      `Could not find a property named '${unknown}' on type 'microsoft.graph.mailFolder'.`,
    );
  const messages = [...call.mailbox.messages.values()].filter(
    ({ folderId }) => folderId === folder.id,
  );
  const view = {
    id: folder.id,
    displayName: folder.displayName,
    parentFolderId: folder.parentFolderId,
    childFolderCount: call.mailbox.childFolders(folder.id).length,
    unreadItemCount: messages.filter(({ isRead }) => !isRead).length,
    totalItemCount: messages.length,
    isHidden: folder.isHidden,
  };
  return selected(view, call.query.select);
}

export function getFolder(call: MailboxCall): Reply {
  return { status: 200, body: folderView(call, folderOf(call)) };
}

// https://learn.microsoft.com/graph/api/mailfolder-list-childfolders
export function listChildFolders(call: MailboxCall): Reply {
  const parent = parentOf(call);
  const withHidden = call.query.all.get('includeHiddenFolders') === 'true';
  const { filter } = call.query;
  if (filter)
    for (const { path, operator } of usesOf(filter))
      if (path !== 'displayName' || !['eq', 'startswith'].includes(operator))
        throw unsupportedFilter(call, `${path} ${operator}`);
  const folders = call.mailbox
    .childFolders(parent.id)
    .filter((folder) => withHidden || !folder.isHidden)
    .filter((folder) => folder.wellKnownName !== recoverable)
    .filter((folder) => !filter || matches(filter, subjectOf(folder)));
  return pageOf(
    call,
    folders,
    { context: 'mailFolders', defaultSize: 10, largestSize: 1000, counted: true },
    (folder) => folderView(call, folder),
  );
}

function unsupportedFilter(call: MailboxCall, use: string): GraphError {
  call.service.violate(`an unsupported $filter on folders: ${use}`);
  return new GraphError(
    400,
    'ErrorInvalidUrlQueryFilter',
    'The query filter is not supported.',
  );
}

function subjectOf(folder: StoredFolder): FilterSubject {
  const values = new Map<string, unknown>(Object.entries(folder));
  return {
    value: (path) => values.get(path),
    comparable: (_path, text) => text.toLowerCase(),
  };
}

function parentOf(call: MailboxCall): StoredFolder {
  return findFolder(call.mailbox, call.params.folder ?? rootFolder);
}

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
