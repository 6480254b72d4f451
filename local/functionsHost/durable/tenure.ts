import pLimit from 'p-limit';
import { messageOf } from '../../../shared/errors.ts';
import { pause } from '../leadership.ts';
import type { EventContent } from './events.ts';
import { hasEnded, type Instance } from './instance.ts';
import { createReplay } from './replay.ts';
import { completionFor } from './subOrchestration.ts';
import {
  createTaskStarter,
  type RunByName,
  type StarterDeps,
  troubleMs,
} from './taskStarter.ts';
import { openTasks, takeTurn } from './turn.ts';

export interface WorkerDeps extends StarterDeps {
  runOrchestrator: RunByName;
  maxConcurrentOrchestratorFunctions: number;
}

/** The time for which one worker has all orchestrations of a hub. */
export interface Tenure {
  /** Looks at an instance, and goes on with it if it has not ended. */
  adopt(id: string): Promise<void>;
  /** Resolves when nothing is being written any more. */
  end(): Promise<void>;
}

/** An instance that has not ended. */
interface Live {
  instance: Instance;
  etag: string;
  /** What was completed and no turn has seen yet. */
  completions: EventContent[];
  /** Ids of this execution's tasks that are under way here. */
  started: Set<number>;
  /** Takes back what was started: alarms, and activities that still wait for their turn. */
  abandon: AbortController;
  stale: boolean;
  turns?: Promise<void> | undefined;
}

export function createTenure(deps: WorkerDeps, signal: AbortSignal): Tenure {
  const { store, log } = deps;
  const lives = new Map<string, Live>();
  const orchestrators = pLimit(deps.maxConcurrentOrchestratorFunctions);
  const replay = createReplay(deps.runOrchestrator);
  const start = createTaskStarter({ ...deps, adopt, signal });

  async function adopt(id: string): Promise<void> {
    const known = lives.get(id);
    if (known) {
      known.stale = true;
      return wake(known);
    }
    const stored = await store.read(id);
    if (!stored || hasEnded(stored.value) || lives.has(id) || signal.aborted) return;
    const live: Live = {
      ...{ instance: stored.value, etag: stored.etag },
      ...{ completions: [], started: new Set<number>(), stale: false },
      abandon: new AbortController(),
    };
    lives.set(id, live);
    startTasks(live);
    wake(live);
  }

  function wake(live: Live): void {
    const isOurs = lives.get(live.instance.instanceId) === live;
    if (live.turns || !isOurs || !hasNews(live) || signal.aborted) return;
    live.turns = orchestrators(() => takeTurns(live))
      .catch(async (error: unknown) => {
        const { name, instanceId } = live.instance;
        log.warn(`${name} ${instanceId} can't go on for now: ${messageOf(error)}`);
        live.stale = true;
        await pause(troubleMs, signal);
      })
      .finally(() => {
        live.turns = undefined;
        wake(live);
      });
  }

  const hasNews = ({ instance, completions, stale }: Live) =>
    stale ||
    completions.length > 0 ||
    instance.inbox.length > 0 ||
    instance.history.length === 0;

  async function takeTurns(live: Live): Promise<void> {
    while (hasNews(live) && !signal.aborted) {
      if (live.stale) await refresh(live);
      else await commitTurn(live);
      if (lives.get(live.instance.instanceId) !== live) return;
    }
  }

  async function commitTurn(live: Live): Promise<void> {
    const seen = [...live.completions];
    const next = await takeTurn(live.instance, seen, replay);
    if (signal.aborted) return;
    const etag = await store.write(next, live.etag);
    if (etag === undefined) {
      live.stale = true;
      return;
    }
    live.completions = live.completions.filter((content) => !seen.includes(content));
    become(live, next, etag);
  }

  /** Somebody else wrote: a client its letter, or a worker that was here before. */
  async function refresh(live: Live): Promise<void> {
    live.stale = false;
    const stored = await store.read(live.instance.instanceId);
    if (stored) become(live, stored.value, stored.etag);
    else drop(live);
  }

  function become(live: Live, instance: Instance, etag: string): void {
    const isNewExecution = instance.executionId !== live.instance.executionId;
    Object.assign(live, { instance, etag });
    if (hasEnded(instance)) {
      drop(live);
      report(instance);
      return;
    }
    if (isNewExecution) {
      live.abandon.abort();
      const abandon = new AbortController();
      Object.assign(live, { abandon, completions: [], started: new Set() });
    }
    startTasks(live);
  }

  function drop(live: Live): void {
    live.abandon.abort();
    lives.delete(live.instance.instanceId);
  }

  function report(instance: Instance): void {
    const { name, instanceId, status, parent } = instance;
    const line = `Orchestration ${name} ${instanceId}: ${status}`;
    if (status === 'Failed') log.error(`${line}. ${instance.output}`);
    else log.info(`${line}.`);
    const above = parent && lives.get(parent.instanceId);
    if (above?.instance.executionId !== parent?.executionId) return;
    if (above) complete(above, completionFor(instance));
  }

  function complete(live: Live, content: EventContent | undefined): void {
    if (!content) return;
    live.completions.push(content);
    wake(live);
  }

  function startTasks(live: Live): void {
    const { executionId } = live.instance;
    const isOver = live.abandon.signal;
    for (const event of openTasks(live.instance)) {
      if (live.started.has(event.EventId)) continue;
      live.started.add(event.EventId);
      start(live.instance, event, isOver)
        .then((content) => {
          const isCurrent = live.instance.executionId === executionId;
          if (isCurrent && !isOver.aborted && !signal.aborted) complete(live, content);
        })
        .catch(() => {});
    }
  }

  return {
    adopt,
    async end() {
      const turns = [...lives.values()].map((live) => live.turns);
      for (const live of lives.values()) live.abandon.abort();
      await Promise.all(turns);
    },
  };
}
