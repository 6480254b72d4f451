import type { ServerResponse } from 'node:http';

/** What a connector may have under way at its vendor. */
const allowedInFlight = 8;

/** What a simulated vendor tells of its visitors. */
export interface Watched<Route extends string> {
  /** What a well-behaved client would not have done, as it happened. */
  violations: string[];
  requests: Partial<Record<Route, number>>;
  mostInFlight(): number;
}

export interface Watch<Route extends string> extends Watched<Route> {
  violation(text: string): void;
  enter(route: Route, response: ServerResponse): void;
}

/** Counts requests, and how many are under way at a time, over all hosts of a vendor. */
export function createWatch<Route extends string>(
  routes: readonly Route[],
): Watch<Route> {
  const violations: string[] = [];
  const requests: Partial<Record<Route, number>> = {};
  for (const route of routes) requests[route] = 0;
  const violation = (text: string) => void violations.push(text);
  let [inFlight, most] = [0, 0];

  function enter(route: Route, response: ServerResponse): void {
    requests[route] = (requests[route] ?? 0) + 1;
    inFlight += 1;
    if (inFlight > most && inFlight > allowedInFlight) {
      violation(`${inFlight} requests in flight, ${allowedInFlight} are allowed`);
    }
    most = Math.max(most, inFlight);
    let isOver = false;
    const leave = () => {
      if (!isOver) inFlight -= 1;
      isOver = true;
    };
    response.once('finish', leave).once('close', leave);
  }

  return { violations, violation, requests, mostInFlight: () => most, enter };
}
