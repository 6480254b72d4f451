import { type GraphError, throttled } from './answers.ts';
import type { GraphLimits } from './limits.ts';
import { createSlidingWindow } from './slidingWindow.ts';

/** Admission to one mailbox. */
export interface Throttle {
  /** A request has arrived. It must `leave` whatever becomes of it. */
  arrive(): void;
  leave(): void;
  inFlight(): number;
  /** Why the request that arrived is refused, if it is. */
  refusal(now: number): GraphError | undefined;
  /** The same for what it uploads; what is admitted is spent. */
  uploadRefusal(bytes: number, now: number): GraphError | undefined;
  /** A `Retry-After` was sent: nobody may come before. */
  pause(seconds: number, now: number): void;
}

// What was on its way when the pause was announced is refused, but nobody's fault.
const graceMs = 250;
// Timers of the client may fire a little early.
const toleranceMs = 50;

export function createThrottle(
  name: string,
  limits: GraphLimits,
  violate: (violation: string) => void,
): Throttle {
  const requests = createSlidingWindow(
    limits.requests,
    limits.requestWindowSeconds * 1000,
  );
  const uploads = createSlidingWindow(
    limits.uploadBytes,
    limits.uploadWindowSeconds * 1000,
  );
  let inFlight = 0;
  let pause = { since: 0, until: 0 };

  function refuse(milliseconds: number, limit: string, now: number): GraphError {
    const seconds = Math.max(1, Math.ceil(milliseconds / 1000));
    throttle.pause(seconds, now);
    return throttled(seconds, limit);
  }

  function pauseRefusal(now: number): GraphError | undefined {
    const left = pause.until - now;
    if (left <= toleranceMs) return undefined;
    if (now - pause.since > graceMs)
      violate(`${name}: a request ${left} ms before the end of a Retry-After`);
    return throttled(Math.ceil(left / 1000), 'MailboxRequests');
  }

  const throttle: Throttle = {
    arrive() {
      inFlight++;
    },
    leave() {
      inFlight--;
    },
    inFlight: () => inFlight,
    refusal(now) {
      // Refused requests count as well:
      // https://learn.microsoft.com/graph/throttling#best-practices-to-handle-throttling
      const isOver = requests.wait(1, now) > 0;
      requests.spend(1, now);
      const paused = pauseRefusal(now);
      if (paused) return paused;
      if (inFlight > limits.inFlight) {
        violate(`${name}: ${inFlight} requests in flight`);
        return refuse(limits.inFlightRetrySeconds * 1000, 'MailboxConcurrency', now);
      }
      return isOver ? refuse(requests.wait(1, now), 'MailboxRequests', now) : undefined;
    },
    uploadRefusal(bytes, now) {
      const wait = uploads.wait(bytes, now);
      if (wait > 0) return refuse(wait, 'MailboxUpload', now);
      uploads.spend(bytes, now);
      return undefined;
    },
    pause(seconds, now) {
      pause = { since: now, until: Math.max(pause.until, now + seconds * 1000) };
    },
  };
  return throttle;
}
