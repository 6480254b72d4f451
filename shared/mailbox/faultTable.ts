/**
 * What becomes of a request that Microsoft Graph did not grant:
 * - `again`: ask again at once; only for what may be asked twice
 * - `later`: it was refused or never arrived; nothing happened, try when the time has come
 * - `unknown`: it may have happened; only a look-up can tell
 * - `failItem`: this one item is at fault
 * - `tooLarge`: the mailbox takes no message of that size
 * - `requestTooLarge`: Graph takes no request of that size; others may do
 * - `failMailbox`: nothing can be put into this mailbox
 * - `folderGone`: the folder is not there any more
 * - `stop`: an administrator has to change something first
 * - `unlisted`: not in the table; tried a few times, then it fails this one item
 */
export type Reaction =
  | 'again'
  | 'later'
  | 'unknown'
  | 'failItem'
  | 'tooLarge'
  | 'requestTooLarge'
  | 'failMailbox'
  | 'folderGone'
  | 'stop'
  | 'unlisted';

/** One row of the table: which answers it is about, and what becomes of the request. */
export interface FaultRow {
  /** HTTP statuses; any, if absent. 0 stands for no answer. */
  statuses?: number[];
  /** Graph's error codes; any, if absent. */
  codes?: string[];
  /** For what may be asked twice. */
  read: Reaction;
  /** For what may not. */
  write: Reaction;
  /** What an administrator reads. */
  sentence: string;
}

const busy =
  'Microsoft Graph is not answering at the moment. Nothing needs to be done; it is tried again.';

/** Graph's answers and what they mean for us. The first row that fits decides. Whatever fits none fails safe, see `unlistedRow`. */
export const faultTable: FaultRow[] = [
  {
    statuses: [429],
    read: 'later',
    write: 'later',
    sentence:
      'Microsoft Graph limits how fast this mailbox may be written to. Nothing needs to be done; it goes on when the time that Graph asked for has passed.',
  },
  {
    codes: ['ErrorQuotaExceeded', 'ErrorMailboxQuotaExceeded'],
    read: 'failMailbox',
    write: 'failMailbox',
    sentence:
      'The mailbox is full. Make room in it, raise its quota or give it an archive, then replay what failed.',
  },
  {
    codes: ['ErrorMessageSizeExceeded', 'ErrorAttachmentSizeLimitExceeded'],
    read: 'tooLarge',
    write: 'tooLarge',
    sentence:
      'The message is larger than the mailbox takes. Raise its limit with Set-Mailbox -MaxReceiveSize 150MB, then replay what failed.',
  },
  {
    statuses: [413],
    read: 'requestTooLarge',
    write: 'requestTooLarge',
    sentence: 'The message is larger than Microsoft Graph takes in one request.',
  },
  {
    statuses: [404],
    codes: [
      'MailboxNotEnabledForRESTAPI',
      'MailboxNotSupportedForRESTAPI',
      'MailboxNotFound',
      'ErrorNonExistentMailbox',
      'ErrorInvalidUser',
      'ResourceNotFound',
      'Request_ResourceNotFound',
    ],
    read: 'failMailbox',
    write: 'failMailbox',
    sentence:
      'There is no such mailbox in Exchange Online any more: the person is deleted, has no licence, or the mailbox is on premises. Restore it, or set UNMAPPED_MAILBOX, then replay what failed.',
  },
  {
    statuses: [404],
    codes: ['ErrorItemNotFound', 'ErrorFolderNotFound', 'ErrorSyncFolderNotFound'],
    read: 'folderGone',
    write: 'folderGone',
    sentence:
      'The folder in the mailbox was deleted while it was written to; it is made anew.',
  },
  {
    codes: [
      'ErrorServerBusy',
      'ErrorInternalServerTransientError',
      'ErrorMailboxFailover',
      'ErrorMailboxMoveInProgress',
      'ErrorMailboxStoreUnavailable',
      'ErrorTimeoutExpired',
    ],
    read: 'again',
    write: 'unknown',
    sentence: busy,
  },
  {
    statuses: [401],
    read: 'stop',
    write: 'stop',
    sentence:
      'Microsoft Graph does not accept the sign-in of this app. Check its app registration or identity, and that its secret has not expired.',
  },
  {
    statuses: [403],
    read: 'stop',
    write: 'stop',
    sentence:
      'This app may not do this in Microsoft 365. Give it the permissions User.Read.All, Mail.ReadWrite and Mail-Advanced.ReadWrite.All with admin consent; where its access is scoped in Exchange, the mailbox must be in that scope. A change takes up to two hours to work.',
  },
  {
    statuses: [408, 500, 502, 503, 504, 509],
    read: 'again',
    write: 'unknown',
    sentence: busy,
  },
  {
    statuses: [400],
    codes: [
      'UnableToDeserializePostBody',
      'InvalidInternetMessageHeaderCollection',
      'ErrorInvalidRecipients',
      'ErrorInvalidPropertyRequest',
      'ErrorInvalidPropertySet',
      'ErrorInvalidRequest',
      'ErrorPropertyValidationFailure',
      'ErrorMimeContentInvalid',
      'ErrorMimeContentInvalidBase64String',
      'RequestBodyRead',
    ],
    read: 'failItem',
    write: 'failItem',
    sentence:
      'Microsoft Graph refuses this message as malformed. Its email is kept in the archive; report this with the code.',
  },
  {
    statuses: [0],
    codes: ['NoConnection', 'SignInUnreachable'],
    read: 'again',
    write: 'later',
    sentence:
      'Microsoft Graph can not be reached. If this lasts, check GRAPH_BASE_URL and the network of this app; it is tried again.',
  },
  {
    statuses: [0],
    codes: ['NoAnswer', 'TimeLimit', 'UnreadableAnswer'],
    read: 'again',
    write: 'unknown',
    sentence: busy,
  },
  {
    statuses: [0],
    codes: ['SignInRefused'],
    read: 'stop',
    write: 'stop',
    sentence:
      'This app can not sign in to Microsoft 365. Check GRAPH_TENANT_ID, GRAPH_CLIENT_ID and GRAPH_CLIENT_SECRET, or the identity of the app.',
  },
  {
    statuses: [0],
    codes: ['SavedAsDraft'],
    read: 'stop',
    write: 'stop',
    sentence:
      'Microsoft Graph saved a message as a draft, which must not be; it was removed again. Nothing more is imported into this mailbox for now; report this.',
  },
  {
    statuses: [0],
    codes: ['FolderMissing'],
    read: 'later',
    write: 'later',
    sentence:
      'The folder in the mailbox can be neither found nor made. It is tried again; if this lasts, look for a folder of that name in the Inbox that others made.',
  },
  {
    statuses: [0],
    codes: ['ForeignUploadUrl'],
    read: 'failItem',
    write: 'failItem',
    sentence:
      'Microsoft Graph named an address for uploading a file that is not one of Microsoft 365. Nothing was sent to it; check GRAPH_BASE_URL, and report this.',
  },
];

/** Fails safe: what may have happened is looked up, what did not is tried and then logged. */
export function unlistedRow(status: number): FaultRow {
  return {
    read: status >= 500 ? 'again' : 'unlisted',
    write: status >= 500 || status < 300 ? 'unknown' : 'unlisted',
    sentence: 'Microsoft Graph gave an answer that this app does not know.',
  };
}
