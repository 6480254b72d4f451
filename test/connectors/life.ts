/** A process's way to the outside. Once the process is dead, nothing comes back to it. */
export function createLife() {
  let left = Number.POSITIVE_INFINITY;
  let sent = 0;
  const { promise: death, resolve: die } = Promise.withResolvers<void>();
  const never = new Promise<never>(() => {});

  const mortal: typeof fetch = async (...request) => {
    sent += 1;
    left -= 1;
    if (left < 0) {
      die();
      return never;
    }
    const answer = await fetch(...request);
    return left < 0 ? never : answer;
  };

  return {
    fetch: mortal,
    death,
    sent: () => sent,
    /** Lets so many requests pass before the one at which the process dies. */
    dieAt: (request: number) => {
      left = request;
    },
  };
}
