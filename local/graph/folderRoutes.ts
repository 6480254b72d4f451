import { badRequest, GraphError, itemNotFound, type Reply } from './answers.ts';
import { type FilterSubject, matches, usesOf } from './filterMatch.ts';
import { type Mailbox, recoverable, rootFolder } from './mailbox.ts';
import type { StoredFolder } from './model.ts';
import { pageOf } from './pages.ts';
import { selected } from './queryOptions.ts';
import { type MailboxCall, param } from './service.ts';

export function folderOf(call: MailboxCall): StoredFolder {
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

export function folderView(
  call: MailboxCall,
  folder: StoredFolder,
): Record<string, unknown> {
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

export function parentOf(call: MailboxCall): StoredFolder {
  return findFolder(call.mailbox, call.params.folder ?? rootFolder);
}
