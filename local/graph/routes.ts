import { GraphError, type Reply } from './answers.ts';
import {
  createAttachment,
  deleteAttachment,
  getAttachment,
  getAttachmentContent,
  listAttachments,
} from './attachmentRoutes.ts';
import { createFolder, deleteFolder, moveFolder, updateFolder } from './folderChanges.ts';
import { getFolder, listChildFolders } from './folderRoutes.ts';
import {
  changeMessage,
  createMessage,
  getMessage,
  listMessages,
  moveOneMessage,
  removeMessage,
} from './messageRoutes.ts';
import { type Call, type MailboxCall, openMailbox } from './service.ts';
import { findUser } from './tenant.ts';
import { createUploadSession } from './uploadRoutes.ts';
import {
  getMailboxSettings,
  getUser,
  listOrganizations,
  listUsers,
} from './userRoutes.ts';

export interface Route {
  name: string;
  method: string;
  /** Segments after the version; `:name` stands for a parameter. */
  segments: string[];
  answer: (call: Call) => Reply;
}

function route(name: string, line: string, answer: (call: Call) => Reply): Route {
  const [method = '', path = ''] = line.split(' ');
  return { name, method, segments: path.split('/').slice(1), answer };
}

function inMailbox(
  name: string,
  line: string,
  answer: (call: MailboxCall) => Reply,
): Route {
  const [method = '', path = ''] = line.split(' ');
  return route(name, `${method} /users/:user${path}`, (call) =>
    answer(openMailbox(call, findUser(call.service.tenant, call.params.user ?? ''))),
  );
}

const message = '/messages/:message';
const inFolder = '/mailFolders/:folder';

/** The names are what counters and faults call the requests. */
const routes: Route[] = [
  route('listOrganizations', 'GET /organization', listOrganizations),
  route('listUsers', 'GET /users', listUsers),
  route('getUser', 'GET /users/:user', getUser),
  inMailbox('getMailboxSettings', 'GET /mailboxSettings', getMailboxSettings),
  inMailbox('listFolders', 'GET /mailFolders', listChildFolders),
  inMailbox('createFolder', 'POST /mailFolders', createFolder),
  inMailbox('getFolder', `GET ${inFolder}`, getFolder),
  inMailbox('updateFolder', `PATCH ${inFolder}`, updateFolder),
  inMailbox('deleteFolder', `DELETE ${inFolder}`, deleteFolder),
  inMailbox('moveFolder', `POST ${inFolder}/move`, moveFolder),
  inMailbox('listFolders', `GET ${inFolder}/childFolders`, listChildFolders),
  inMailbox('createFolder', `POST ${inFolder}/childFolders`, createFolder),
  ...['', inFolder].flatMap((where) => [
    inMailbox('listMessages', `GET ${where}/messages`, listMessages),
    inMailbox('createMessage', `POST ${where}/messages`, createMessage),
    inMailbox('getMessage', `GET ${where}${message}`, getMessage),
    inMailbox('updateMessage', `PATCH ${where}${message}`, changeMessage),
    inMailbox('deleteMessage', `DELETE ${where}${message}`, removeMessage),
    inMailbox('deleteMessage', `POST ${where}${message}/permanentDelete`, removeMessage),
    inMailbox('moveMessage', `POST ${where}${message}/move`, moveOneMessage),
    ...attachmentRoutes(`${where}${message}/attachments`),
  ]),
];

function attachmentRoutes(path: string): Route[] {
  return [
    inMailbox('listAttachments', `GET ${path}`, listAttachments),
    inMailbox('createAttachment', `POST ${path}`, createAttachment),
    inMailbox(
      'createUploadSession',
      `POST ${path}/createUploadSession`,
      createUploadSession,
    ),
    inMailbox('getAttachment', `GET ${path}/:attachment`, getAttachment),
    inMailbox('getAttachment', `GET ${path}/:attachment/$value`, getAttachmentContent),
    inMailbox('deleteAttachment', `DELETE ${path}/:attachment`, deleteAttachment),
  ];
}

export interface Match {
  route: Route;
  params: Record<string, string>;
}

/** Finds the route; names of segments are compared without regard to case, ids are not. */
export function matchRoute(method: string, path: string): Match | GraphError {
  const parts = path.split('/').slice(1).map(decodeSegment);
  const matches = routes.flatMap((candidate) => {
    const params = paramsOf(candidate, parts);
    return params ? [{ route: candidate, params }] : [];
  });
  const match = matches.find(({ route }) => route.method === method);
  if (match) return match;
  return matches.length > 0
    ? new GraphError(405, 'Request_BadRequest', 'Specified HTTP method is not allowed.')
    : new GraphError(
        400,
        'BadRequest',
        `Resource not found for the segment '${parts.at(-1) ?? ''}'.`,
      );
}

function decodeSegment(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

function paramsOf(route: Route, parts: string[]): Record<string, string> | undefined {
  if (route.segments.length !== parts.length) return undefined;
  const params: Record<string, string> = {};
  for (const [index, segment] of route.segments.entries()) {
    const part = parts[index] ?? '';
    if (segment.startsWith(':')) params[segment.slice(1)] = part;
    else if (segment.toLowerCase() !== part.toLowerCase()) return undefined;
  }
  return params;
}
