import { messageOf } from '../../../shared/errors.ts';
import { pause } from '../leadership.ts';
import { createTenure, type Tenure, type WorkerDeps } from './tenure.ts';

/** Takes turns for orchestrations, while this host is the one that does. */
export interface Worker {
  /** Works until the signal. */
  hold(signal: AbortSignal): Promise<void>;
  /** Something happened to an instance. False if this host is not at work: then ring for it. */
  notice(id: string): boolean;
}

const bellEveryMs = 200;
/** Should a bell be lost, an instance waits no longer than this. */
const lookAroundEveryMs = 15_000;

export function createWorker(deps: WorkerDeps): Worker {
  const { store, log } = deps;
  let current: Tenure | undefined;

  async function answerBells(tenure: Tenure): Promise<void> {
    for (const { id, answer } of await store.bells()) {
      await tenure.adopt(id);
      await answer();
    }
  }

  async function lookAround(tenure: Tenure): Promise<void> {
    for (const id of await store.ids('unfinished')) await tenure.adopt(id);
  }

  return {
    async hold(signal) {
      const tenure = createTenure(deps, signal);
      current = tenure;
      let nextLook = 0;
      while (!signal.aborted) {
        try {
          if (Date.now() >= nextLook) {
            await lookAround(tenure);
            nextLook = Date.now() + lookAroundEveryMs;
          }
          await answerBells(tenure);
        } catch (error) {
          log.warn(`The orchestrations can't be read for now: ${messageOf(error)}`);
        }
        await pause(bellEveryMs, signal);
      }
      current = undefined;
      await tenure.end();
    },

    notice(id) {
      if (!current) return false;
      current.adopt(id).catch((error: unknown) => {
        log.warn(`The orchestration ${id} can't be read for now: ${messageOf(error)}`);
      });
      return true;
    },
  };
}
