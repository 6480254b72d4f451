import type { DropStore } from '../../shared/connectors/dropStore.ts';

/** A process's way to the outside. Once the process is dead, nothing comes back to it. */
export function createLife() {
  let left = Number.POSITIVE_INFINITY;
  let sent = 0;
  const { promise: death, resolve: die } = Promise.withResolvers<void>();
  const never = new Promise<never>(() => {});

  async function mortal<T>(request: () => Promise<T>): Promise<T> {
    sent += 1;
    left -= 1;
    if (left < 0) {
      die();
      return never;
    }
    const answer = await request();
    return left < 0 ? never : answer;
  }

  const fetchMortally: typeof fetch = (...request) => mortal(() => fetch(...request));

  /** Calls to a container with files are requests, too. */
  const mortalDrop = (drop: DropStore): DropStore => ({
    list: (...asked) => mortal(() => drop.list(...asked)),
    top: () => mortal(() => drop.top()),
    find: (...asked) => mortal(() => drop.find(...asked)),
    open: (...asked) => mortal(() => drop.open(...asked)),
    mark: (...asked) => mortal(() => drop.mark(...asked)),
    reject: (...asked) => mortal(() => drop.reject(...asked)),
  });

  return {
    fetch: fetchMortally,
    drop: mortalDrop,
    death,
    sent: () => sent,
    /** Lets so many requests pass before the one at which the process dies. */
    dieAt: (request: number) => {
      left = request;
    },
  };
}
