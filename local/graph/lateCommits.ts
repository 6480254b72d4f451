/** Work that a client was told nothing of, and that happens all the same, later. */
export interface LateCommits {
  add(commit: () => void, delayMs: number): void;
  /** Does what is due by now; called before anything is looked at. */
  settle(): void;
  close(): void;
}

export function createLateCommits(now: () => Date): LateCommits {
  let waiting: { dueAt: number; commit: () => void; timer: NodeJS.Timeout }[] = [];

  function settle(): void {
    const time = now().getTime();
    const due = waiting.filter(({ dueAt }) => dueAt <= time);
    waiting = waiting.filter(({ dueAt }) => dueAt > time);
    for (const { commit, timer } of due) {
      clearTimeout(timer);
      commit();
    }
  }

  return {
    add(commit, delayMs) {
      const timer = setTimeout(settle, delayMs);
      timer.unref();
      waiting.push({ dueAt: now().getTime() + delayMs, commit, timer });
    },
    settle,
    close() {
      for (const { timer } of waiting) clearTimeout(timer);
      waiting = [];
    },
  };
}
