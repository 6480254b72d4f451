/** The names that administrators, infrastructure and tests rely on, each written once. */

/** Blob containers. */
export const containers = {
  sourcePages: 'source-pages',
  attachments: 'attachments',
  emails: 'emails',
  manifests: 'manifests',
  imports: 'imports',
  results: 'results',
  config: 'config',
  state: 'state',
  skypeDrop: 'skype-drop',
} as const;

/** Queues. */
export const queues = {
  deliverEmails: 'deliver-emails',
  retryImports: 'retry-imports',
} as const;

/** Where the blob trigger puts what failed five times; the name is the Functions host's own. */
export const blobPoisonQueue = 'webjobs-blobtrigger-poison';

/** Tables. */
export const tables = {
  connectorStatus: 'ConnectorStatus',
  runLog: 'RunLog',
  runProgress: 'RunProgress',
  itemLog: 'ItemLog',
  importLedger: 'ImportLedger',
  gaps: 'Gaps',
  itemIndex: 'ItemIndex',
} as const;

/** The connection that triggers and clients of the archive share, as named in the settings. */
export const archiveConnection = 'ArchiveStorage';
