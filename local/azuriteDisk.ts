import type { IncomingMessage, Server, ServerResponse } from 'node:http';

/** A LokiJS database: what Azurite keeps its state in. */
export interface Database {
  autosaveDisable(): void;
  autosaveDirty(): boolean;
  saveDatabase(done: (error?: unknown) => void): void;
}

const reading = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Makes a server answer changes only when they are on disk. By itself Azurite saves every five
 * seconds, each database on its own: killed between, it would forget what it had confirmed.
 */
export function answerWhenSaved(server: Server, databases: Database[]): void {
  for (const database of databases) database.autosaveDisable();
  const saved = createSaver(databases);
  const [listener] = server.listeners('request');
  server.removeAllListeners('request');
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    if (!reading.has(request.method ?? '')) holdBack(response, saved);
    listener?.call(server, request, response);
  });
}

/** Keeps headers and body until all is saved; a save that fails breaks the connection. */
function holdBack(response: ServerResponse, saved: () => Promise<void>): void {
  const end = response.end.bind(response);
  const held: Buffer[] = [];
  const hold = (args: unknown[]) => {
    const [chunk] = args;
    if (typeof chunk === 'string') held.push(Buffer.from(chunk));
    else if (chunk instanceof Uint8Array) held.push(Buffer.from(chunk));
    const written = args.find((arg) => typeof arg === 'function');
    if (written) process.nextTick(() => written());
  };
  Object.assign(response, {
    write(...args: unknown[]) {
      hold(args);
      return true;
    },
    end(...args: unknown[]) {
      hold(args);
      saved().then(
        () => end(Buffer.concat(held)),
        (error: Error) => response.destroy(error),
      );
      return response;
    },
  });
}

/** Saves what changed; one save serves all who ask while another one is under way. */
function createSaver(databases: Database[]): () => Promise<void> {
  let last = Promise.resolve();
  let next: Promise<void> | undefined;
  return () => {
    if (next) return next;
    const save = last.then(async () => {
      next = undefined;
      for (const database of databases) await saveIfChanged(database);
    });
    last = save.catch(() => {});
    next = save;
    return save;
  };
}

async function saveIfChanged(database: Database): Promise<void> {
  if (!database.autosaveDirty()) return;
  await new Promise<void>((resolve, reject) => {
    database.saveDatabase((error) => (error ? reject(error) : resolve()));
  });
}
