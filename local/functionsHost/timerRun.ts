import type { ContainerClient } from '@azure/storage-blob';
import { Cron } from 'croner';
import { z } from 'zod';
import { readJson } from '../../shared/archive/state/blobs.ts';
import { ConfigurationError, messageOf } from '../../shared/errors.ts';
import type { Log } from '../../shared/log.ts';
import { type Env, fillSettings } from './appSettings.ts';
import type { Registration } from './core.ts';
import { pause } from './leadership.ts';
import type { TypedData } from './typedData.ts';

export interface TimerFunction {
  name: string;
  /** NCRONTAB with its settings filled in. */
  schedule: string;
  cron: Cron;
}

const bindingSchema = z.object({ schedule: z.string() });

// https://learn.microsoft.com/azure/azure-functions/functions-bindings-timer#ncrontab-expressions
export function timerFunction(registration: Registration, env: Env): TimerFunction {
  const { schedule: given } = bindingSchema.parse(registration.trigger.binding);
  const schedule = fillSettings(given, env);
  try {
    const options = { mode: '6-part', timezone: 'UTC', domAndDow: true } as const;
    return { name: registration.name, schedule, cron: new Cron(schedule, options) };
  } catch (error) {
    throw new ConfigurationError([
      `The schedule "${schedule}" of ${registration.name} is no NCRONTAB of six fields, such as 0 0 1 * * *: ${messageOf(error)}`,
    ]);
  }
}

/** What the timer's function is given. */
export function timerData(
  timer: TimerFunction,
  isPastDue: boolean,
  last?: Date,
): TypedData {
  const json = JSON.stringify({
    Schedule: { AdjustForDST: true },
    ScheduleStatus: {
      Last: last?.toISOString() ?? '0001-01-01T00:00:00',
      Next: timer.cron.nextRun()?.toISOString() ?? null,
      LastUpdated: last?.toISOString() ?? '0001-01-01T00:00:00',
    },
    IsPastDue: isPastDue,
  });
  return { json };
}

const statusSchema = z.object({ schedule: z.string(), last: z.string() });

export interface TimerRun {
  timer: TimerFunction;
  /** Where it is kept when the timer last ran. */
  container: ContainerClient;
  fire(data: TypedData): Promise<unknown>;
  log: Log;
}

/** Also lets a clock that was set, or a laptop that slept, come through. */
const longestPauseMs = 60_000;
const troubleMs = 1_000;
const lateMs = 1_000;

/**
 * Fires a timer when it is due, until the signal. When it last did is kept in a blob, so that
 * a host which was not there at the time fires once when it comes.
 */
export async function runTimer(run: TimerRun, signal: AbortSignal): Promise<void> {
  const { timer, log } = run;
  while (!signal.aborted) {
    try {
      let last = await lastRun(run);
      while (!signal.aborted) last = await nextRun(run, last, signal);
    } catch (error) {
      log.warn(`The timer ${timer.name} can't go on for now: ${messageOf(error)}`);
      await pause(troubleMs, signal);
    }
  }
}

/** Waits for a while, or until the timer is due, and returns when it last fired. */
async function nextRun(run: TimerRun, last: Date, signal: AbortSignal): Promise<Date> {
  const { timer, log } = run;
  const due = timer.cron.nextRun(last)?.getTime() ?? Number.POSITIVE_INFINITY;
  await pause(Math.min(due - Date.now(), longestPauseMs), signal);
  const now = new Date();
  if (signal.aborted || now.getTime() < due) return last;
  const isPastDue = now.getTime() - due > lateMs;
  await run.fire(timerData(timer, isPastDue, last)).catch((error: unknown) => {
    log.error(`${timer.name} failed: ${messageOf(error)}`);
  });
  await keepLast(run, now);
  return now;
}

const pathOf = ({ timer }: TimerRun) => `timers/${timer.name}.json`;

async function keepLast(run: TimerRun, last: Date): Promise<void> {
  const { schedule } = run.timer;
  const body = JSON.stringify({ schedule, last: last.toISOString() });
  const blob = run.container.getBlockBlobClient(pathOf(run));
  await blob.upload(body, Buffer.byteLength(body));
}

/** A timer that never ran, or was given another schedule, counts from now. */
async function lastRun(run: TimerRun): Promise<Date> {
  const stored = await readJson(run.container, pathOf(run), statusSchema);
  if (stored?.value.schedule === run.timer.schedule) return new Date(stored.value.last);
  const now = new Date();
  await keepLast(run, now);
  return now;
}
