import type { ServerResponse } from 'node:http';
import { type RouteName, routeNames } from './faults.ts';

const mostInFlight = 8;

/** Counts requests, and how many are under way at a time, over all of the servers. */
export function createTraffic(violation: (text: string) => void) {
  const requests: Partial<Record<RouteName, number>> = {};
  for (const name of routeNames) requests[name] = 0;
  let inFlight = 0;
  let most = 0;
  return {
    requests,
    most: () => most,
    enter(route: RouteName, response: ServerResponse): void {
      requests[route] = (requests[route] ?? 0) + 1;
      inFlight += 1;
      if (inFlight > most && inFlight > mostInFlight) {
        violation(`${inFlight} requests in flight, ${mostInFlight} are allowed`);
      }
      most = Math.max(most, inFlight);
      let isOver = false;
      const leave = () => {
        if (!isOver) inFlight -= 1;
        isOver = true;
      };
      response.once('finish', leave).once('close', leave);
    },
  };
}
