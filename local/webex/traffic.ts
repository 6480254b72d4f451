import type { ServerResponse } from 'node:http';
import type { RouteName } from './faults.ts';

const mostInFlight = 8;

/** Counts requests, and how many are under way at a time. */
export function createTraffic(violation: (text: string) => void) {
  const requests: Record<RouteName, number> = {
    accessToken: 0,
    events: 0,
    message: 0,
    room: 0,
    memberships: 0,
    team: 0,
    people: 0,
    me: 0,
    attachmentAction: 0,
    content: 0,
    unknown: 0,
  };
  let inFlight = 0;
  let most = 0;
  return {
    requests,
    most: () => most,
    enter(route: RouteName, response: ServerResponse): void {
      requests[route] += 1;
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
