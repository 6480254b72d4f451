/** What was spent in the last so many milliseconds. */
export interface SlidingWindow {
  spend(amount: number, now: number): void;
  spent(now: number): number;
  /** Milliseconds until `amount` more stays within the limit; 0 if it does already. */
  wait(amount: number, now: number): number;
}

export function createSlidingWindow(limit: number, lengthMs: number): SlidingWindow {
  let entries: { at: number; amount: number }[] = [];
  let oldest = 0;
  let total = 0;

  function forget(now: number): void {
    for (let entry = entries[oldest]; entry; entry = entries[oldest]) {
      if (entry.at > now - lengthMs) break;
      total -= entry.amount;
      oldest++;
    }
    if (oldest > 1000 && oldest > entries.length / 2) {
      entries = entries.slice(oldest);
      oldest = 0;
    }
  }

  return {
    spend(amount, now) {
      total += amount;
      entries.push({ at: now, amount });
    },
    spent(now) {
      forget(now);
      return total;
    },
    wait(amount, now) {
      forget(now);
      // What is larger than the whole limit passes when nothing else was spent.
      let free = limit - total;
      for (let index = oldest; free < amount && index < entries.length; index++) {
        const entry = entries[index];
        if (!entry) break;
        free += entry.amount;
        if (free >= amount || index === entries.length - 1)
          return entry.at + lengthMs - now;
      }
      return 0;
    },
  };
}
