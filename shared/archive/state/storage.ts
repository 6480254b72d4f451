import { TableClient } from '@azure/data-tables';
import { BlobServiceClient, type ContainerClient } from '@azure/storage-blob';
import { type QueueClient, QueueServiceClient } from '@azure/storage-queue';
import { ConfigurationError, messageOf } from '../../errors.ts';
import { blobPoisonQueue, containers, queues, tables } from '../../names.ts';

/** The archive's own storage account. */
export interface ArchiveStorage {
  container(name: string): ContainerClient;
  queue(name: string): QueueClient;
  table(name: string): TableClient;
}

/** How to reach a storage account: a connection string, or service URIs with an identity. */
export type StorageConnection =
  | { connectionString: string }
  | {
      blobServiceUri: string;
      queueServiceUri: string;
      tableServiceUri: string;
      /** A user-assigned identity; absent for the app's own. */
      clientId?: string;
    };

/** Throws a `ConfigurationError` if the connection can't be one. */
export async function openStorage(
  connection: StorageConnection,
): Promise<ArchiveStorage> {
  const services = await openServices(connection);
  const opened = new Map<string, TableClient>();
  return {
    container: (name) => services.blobs.getContainerClient(name),
    queue: (name) => services.queues.getQueueClient(name),
    table(name) {
      const client = opened.get(name) ?? services.table(name);
      opened.set(name, client);
      return client;
    },
  };
}

async function openServices(connection: StorageConnection) {
  try {
    if (!('connectionString' in connection)) return await byIdentity(connection);
    return byConnectionString(connection.connectionString);
  } catch {
    // The library's message would show parts of the connection string.
    throw new ConfigurationError([
      'ArchiveStorage can not be read: it must be the connection string of a storage account, or its service URIs must be web addresses.',
    ]);
  }
}

function byConnectionString(connectionString: string) {
  const insecure = { allowInsecureConnection: true };
  return {
    blobs: BlobServiceClient.fromConnectionString(connectionString),
    queues: QueueServiceClient.fromConnectionString(connectionString),
    table: (name: string) =>
      TableClient.fromConnectionString(connectionString, name, insecure),
  };
}

async function byIdentity(
  uris: Exclude<StorageConnection, { connectionString: string }>,
) {
  const { DefaultAzureCredential } = await import('@azure/identity');
  const credential = new DefaultAzureCredential(
    uris.clientId ? { managedIdentityClientId: uris.clientId } : {},
  );
  return {
    blobs: new BlobServiceClient(uris.blobServiceUri, credential),
    queues: new QueueServiceClient(uris.queueServiceUri, credential),
    table: (name: string) => new TableClient(uris.tableServiceUri, name, credential),
  };
}

/**
 * Makes whatever the archive keeps things in; the SDKs don't. Throws an error that says what to
 * do if the storage can't be reached.
 */
export async function provisionStorage(storage: ArchiveStorage): Promise<void> {
  try {
    await createAll(storage);
  } catch (error) {
    throw new Error(
      `The archive's storage can not be used: ${messageOf(error)}. Check ArchiveStorage, and that this app may create containers, queues and tables there.`,
      { cause: error },
    );
  }
}

async function createAll(storage: ArchiveStorage): Promise<void> {
  const poisons = Object.values(queues).map((name) => `${name}-poison`);
  const allQueues = [...Object.values(queues), ...poisons, blobPoisonQueue];
  await Promise.all([
    ...Object.values(containers).map((name) =>
      storage.container(name).createIfNotExists(),
    ),
    ...allQueues.map((name) => storage.queue(name).createIfNotExists()),
    ...Object.values(tables).map((name) => storage.table(name).createTable()),
  ]);
}
