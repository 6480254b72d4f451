import type { ArchiveStorage } from '../../../../shared/archive/state/storage.ts';

/** What a process does, until it dies: then nothing it waits for ever comes. */
export interface Mortal {
  storage: ArchiveStorage;
  fetch: typeof fetch;
  /** Calls made so far, each of which has a moment before and one after it. */
  moments(): number;
  died: Promise<void>;
}

/** A process that dies at its nth moment; there are two to each call to the outside. */
export function mortal(storage: ArchiveStorage, dieAt: number): Mortal {
  let moments = 0;
  let dead = false;
  let die = () => {};
  const died = new Promise<void>((resolve) => {
    die = resolve;
  });

  async function moment(): Promise<void> {
    if (++moments === dieAt) {
      dead = true;
      die();
    }
    if (dead) await new Promise(() => {});
  }

  async function call<T>(work: () => Promise<T>): Promise<T> {
    await moment();
    const result = await work();
    await moment();
    return result;
  }

  /** Clients are made at once; everything else of theirs is a call. */
  function watched<T extends object>(client: T): T {
    return new Proxy(client, {
      get(target, name) {
        const value: unknown = Reflect.get(target, name, target);
        if (typeof value !== 'function') return value;
        return (...args: unknown[]) => {
          const run = () => Reflect.apply(value, target, args);
          if (/^get.*Client$/.test(String(name))) return watched(run());
          return String(name).startsWith('list') ? iterated(run()) : call(run);
        };
      },
    });
  }

  async function* iterated(items: AsyncIterable<unknown>) {
    await moment();
    for await (const item of items) yield item;
    await moment();
  }

  return {
    storage: {
      container: (name) => watched(storage.container(name)),
      queue: (name) => watched(storage.queue(name)),
      table: (name) => watched(storage.table(name)),
    },
    fetch: (input, init) => call(() => fetch(input, init)),
    moments: () => moments,
    died,
  };
}
