import type { PageLimits } from '../connector.ts';

/** How long the next page may become; a run gets on with short ones, too. */
export interface Pace {
  limit(limits: PageLimits): PageLimits;
  /** A page with so many items had to be given back. */
  slower(items: number): void;
  /** A page was closed. */
  faster(): void;
}

/**
 * A page that Webex did not let us close would be given back for ever if the next try were as
 * long. It is half as long, and each one after it twice as long again.
 */
export function createPace(): Pace {
  let most = Number.POSITIVE_INFINITY;
  return {
    limit: (limits) => ({ ...limits, items: Math.min(limits.items, most) }),
    slower: (items) => {
      most = Math.max(1, Math.floor(items / 2));
    },
    faster: () => {
      most *= 2;
    },
  };
}
