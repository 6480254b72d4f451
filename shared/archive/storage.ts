import { TableClient } from '@azure/data-tables';
import { BlobServiceClient, type ContainerClient } from '@azure/storage-blob';
import { type QueueClient, QueueServiceClient } from '@azure/storage-queue';
import { blobPoisonQueue, containers, queues, tables } from '../names.ts';

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

export async function openStorage(
  connection: StorageConnection,
): Promise<ArchiveStorage> {
  const services =
    'connectionString' in connection
      ? byConnectionString(connection.connectionString)
      : await byIdentity(connection);
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

/** Makes whatever the archive keeps things in; the SDKs don't. */
export async function provisionStorage(storage: ArchiveStorage): Promise<void> {
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
