import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import type { Server } from 'node:http';
import { createRequire } from 'node:module';
import { type AddressInfo, connect } from 'node:net';
import { join } from 'node:path';
import { z } from 'zod';
import { answerWhenSaved, type Database } from './azuriteDisk.ts';
import { lockFolder } from './folderLock.ts';

export interface AzuriteOptions {
  /** Where data is kept; in memory if absent. Only one process may use a folder at a time. */
  folder?: string;
  /** Free ports where absent. */
  blobPort?: number;
  queuePort?: number;
  tablePort?: number;
}

export interface Azurite {
  connectionString: string;
  close(): Promise<void>;
}

/** The account and key that every Azurite has; they are public, and no secret. */
const account = 'devstoreaccount1';
const accountKey =
  'Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==';

const host = '127.0.0.1';
const keepAliveSeconds = 5;

/** What Azurite's servers have and its package doesn't declare. */
interface StorageServer {
  start(): Promise<void>;
  close(): Promise<void>;
  httpServer: Server;
  metadataStore: { db: Database };
  extentMetadataStore?: { db: Database };
}

type Newable<T> = new (...args: unknown[]) => T;

/**
 * Starts Azurite's three services in this process, without the telemetry of its command line.
 * With a folder, a change is answered when it is on disk: what a client was told survives a
 * SIGKILL of this process (not a power cut: files are not synced). Each service writes its whole
 * database then, several changes at a time, so this is for a laptop's amounts of data: a database
 * of 10 MB takes about 100 ms.
 */
export async function startAzurite(options: AzuriteOptions = {}): Promise<Azurite> {
  const { folder } = options;
  const unlock = folder ? await lockFolder(folder) : undefined;
  const started: StorageServer[] = [];
  const close = async () => {
    await Promise.all(started.map((server) => server.close()));
    await unlock?.();
  };
  try {
    if (folder) await mkdir(join(folder, 'blobs'), { recursive: true });
    if (folder) await mkdir(join(folder, 'queues'), { recursive: true });
    const servers = {
      Blob: createExtentServer('blob', options.blobPort, folder),
      Queue: createExtentServer('queue', options.queuePort, folder),
      Table: createTableServer(options.tablePort, folder),
    };
    const endpoints: string[] = [];
    for (const [name, server] of Object.entries(servers)) {
      await server.start();
      started.push(server);
      if (folder) answerWhenSaved(server.httpServer, databases(server));
      const { port } = server.httpServer.address() as AddressInfo;
      endpoints.push(`${name}Endpoint=http://${host}:${port}/${account};`);
    }
    const credentials = `AccountName=${account};AccountKey=${accountKey};`;
    const connectionString = `DefaultEndpointsProtocol=http;${credentials}${endpoints.join('')}`;
    return { connectionString, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Extents first: the other database refers to them. */
function databases(server: StorageServer): Database[] {
  const stores = [server.extentMetadataStore, server.metadataStore];
  return stores.flatMap((store) => (store ? [store.db] : []));
}

/** True if something answers where Azurite's blob service is by default. */
export async function isListening(port = 10_000): Promise<boolean> {
  const socket = connect(port, host);
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

const require = createRequire(import.meta.url);
const classSchema = z.custom<Newable<StorageServer>>((it) => typeof it === 'function');

function azuriteClass(path: string, name = 'default'): Newable<StorageServer> {
  return classSchema.parse(require(`azurite/dist/src/${path}`)[name]);
}

function createExtentServer(
  kind: 'blob' | 'queue',
  port = 0,
  folder?: string,
): StorageServer {
  const prefix = kind === 'blob' ? 'blob/Blob' : 'queue/Queue';
  const Configuration = azuriteClass(`${prefix}Configuration`);
  const ServerClass = azuriteClass(`${prefix}Server`);
  const ChunkStore = azuriteClass(
    'common/persistence/MemoryExtentStore',
    'MemoryExtentChunkStore',
  );
  const locationPath = join(folder ?? '', `${kind}s`);
  const configuration = new Configuration(
    ...[host, port, keepAliveSeconds],
    join(folder ?? '', `${kind}s.json`),
    join(folder ?? '', `${kind}-extents.json`),
    [{ locationId: 'Default', locationPath, maxConcurrency: 10 }],
    ...[...quiet, ...lax],
    folder === undefined,
    // Without one of its own a server shares its memory with all others of the process.
    new ChunkStore(),
  );
  return new ServerClass(configuration);
}

function createTableServer(port = 0, folder?: string): StorageServer {
  const [accessLog, stream, debugLog, debugPath] = quiet;
  const Configuration = azuriteClass('table/TableConfiguration');
  const configuration = new Configuration(
    ...[host, port, keepAliveSeconds],
    join(folder ?? '', 'tables.json'),
    ...[debugLog, accessLog, stream, debugPath],
    ...lax,
    folder === undefined,
  );
  return new (azuriteClass('table/TableServer'))(configuration);
}

const quiet = [false, undefined, false, undefined];

/** loose, skipApiVersionCheck (the SDKs are newer than Azurite), cert, key, pwd, oauth, no product-style URLs */
const lax = [false, true, '', '', '', undefined, false];
