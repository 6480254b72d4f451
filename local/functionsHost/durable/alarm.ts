import { pause } from '../leadership.ts';
import { type EventContent, eventType, type HistoryEvent } from './events.ts';

type TimerCreated = Extract<HistoryEvent, { EventType: typeof eventType.timerCreated }>;

/** setTimeout knows no longer time: it would fire at once. */
const longestMs = 2 ** 31 - 1;

/** Waits until a timer is due, which may have been long ago; undefined if the signal came. */
export async function setAlarm(
  { EventId, FireAt }: TimerCreated,
  signal: AbortSignal,
): Promise<EventContent | undefined> {
  while (!signal.aborted) {
    const left = Date.parse(FireAt) - Date.now();
    if (left <= 0) return { EventType: eventType.timerFired, TimerId: EventId, FireAt };
    await pause(Math.min(left, longestMs), signal);
  }
  return undefined;
}
