import type { TokenCredential } from '@azure/identity';
import { BlobServiceClient, type ContainerClient } from '@azure/storage-blob';
import { QueueServiceClient } from '@azure/storage-queue';
import { ConfigurationError, messageOf } from '../../shared/errors.ts';
import type { Env } from './appSettings.ts';

/** A storage account as the bindings see it. */
export interface Account {
  blobs: BlobServiceClient;
  queues: QueueServiceClient;
}

/** Opens the account that a binding's `connection` names; each name once. */
export type Connect = (name: string) => Promise<Account>;

/** Those who pump try again by themselves, and nobody at a laptop waits for half a minute. */
const options = { retryOptions: { maxTries: 3, retryDelayInMs: 300 } };

export function createConnect(env: Env): Connect {
  const opened = new Map<string, Promise<Account>>();
  return (name) => {
    const account = opened.get(name) ?? open(name, env);
    opened.set(name, account);
    return account;
  };
}

/** A container, made if it isn't there. Throws a `ConfigurationError` if the account fails. */
export async function openContainer(
  connect: Connect,
  connection: string,
  name: string,
): Promise<ContainerClient> {
  const container = (await connect(connection)).blobs.getContainerClient(name);
  try {
    await container.createIfNotExists();
    return container;
  } catch (error) {
    throw new ConfigurationError([
      `The storage account that the setting ${connection} names can't be used: ${messageOf(error)} Check the setting, and that the account (or Azurite) answers.`,
    ]);
  }
}

async function open(name: string, env: Env): Promise<Account> {
  const connectionString = env[name];
  if (connectionString) {
    return {
      blobs: BlobServiceClient.fromConnectionString(connectionString, options),
      queues: QueueServiceClient.fromConnectionString(connectionString, options),
    };
  }
  const blobs = serviceUri(name, 'blob', env) ?? env[`${name}__serviceUri`];
  const queues = serviceUri(name, 'queue', env);
  if (!blobs || !queues) {
    throw new ConfigurationError([
      `The setting ${name} is missing: give it a connection string, or give ${name}__blobServiceUri and ${name}__queueServiceUri.`,
    ]);
  }
  const credential = await credentialOf(env[`${name}__clientId`]);
  return {
    blobs: new BlobServiceClient(blobs, credential, options),
    queues: new QueueServiceClient(queues, credential, options),
  };
}

// https://learn.microsoft.com/azure/azure-functions/functions-reference#connecting-to-host-storage-with-an-identity
function serviceUri(name: string, service: 'blob' | 'queue', env: Env) {
  const account = env[`${name}__accountName`];
  return (
    env[`${name}__${service}ServiceUri`] ??
    (account && `https://${account}.${service}.core.windows.net`)
  );
}

async function credentialOf(clientId: string | undefined): Promise<TokenCredential> {
  const { DefaultAzureCredential } = await import('@azure/identity');
  return new DefaultAzureCredential(
    clientId ? { managedIdentityClientId: clientId } : {},
  );
}
