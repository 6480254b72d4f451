import { setTimeout as delay } from 'node:timers/promises';
import {
  type Gateway,
  type Origins,
  type Passage,
  startGateway,
  type Watcher,
} from './gateway.ts';
import { type Ended, type HostProcess, startHost } from './hostProcess.ts';
import type { Death } from './plan.ts';

/** How a life ended. */
export interface LifeEnd extends Ended {
  /** `none`: it came to its own end. `unplanned`: it was killed, as its step was not met. */
  death: 'planned' | 'unplanned' | 'none';
}

/** A place where one process of the product lives, with a gateway of its own. */
export interface Place {
  origins: Origins;
  live(death: Death | undefined): Promise<LifeEnd>;
  /** The process that lives here now. */
  host(): HostProcess | undefined;
  close(): Promise<void>;
}

export interface PlaceDeps {
  targets: Origins;
  start(origins: Origins): { env: Record<string, string>; args: string[] };
  /** How much of the run is done, from 0 to 1. */
  progress(): number;
  random(): number;
}

/** From when the process is at work and its death is due: a start takes what the machine takes. */
const patienceMs = 15_000;
const longestLifeMs = 60_000;
/** When so much is imported, what belongs to fetching is not met any more. */
const fetchedAt = 0.1;
const lookMs = 20;
const soonMs = 2_500;

export async function openPlace(deps: PlaceDeps): Promise<Place> {
  let host: HostProcess | undefined;
  let death: Death | undefined;
  let met = 0;
  let killed = false;
  let dueSince: number | undefined;

  const watcher: Watcher = {
    meet(passage: Passage) {
      if (!death || killed || deps.progress() < death.share) return undefined;
      dueSince ??= Date.now();
      if (death.kind !== 'step') return undefined;
      if (!death.step.is(passage) || ++met < death.nth) return undefined;
      killed = true;
      return death.moment;
    },
    kill: async () => host?.kill(),
  };
  const gateway: Gateway = await startGateway(deps.targets, watcher);

  /** Kills when the time has come; true if it was as planned. */
  async function lurk(wanted: Death, signal: AbortSignal): Promise<boolean> {
    const bornAt = Date.now();
    const giveUpAt = () =>
      Math.min((dueSince ?? Date.now()) + patienceMs, bornAt + longestLifeMs);
    const due = () =>
      wanted.kind === 'moment' && (wanted.fromStart || deps.progress() >= wanted.share);
    const missed = () =>
      wanted.kind === 'step' &&
      wanted.step.phase === 'fetch' &&
      deps.progress() > fetchedAt;
    while (!due() && !missed() && Date.now() < giveUpAt())
      await delay(lookMs, undefined, { signal });
    const planned = due();
    if (wanted.kind === 'moment' && planned) {
      await delay(wanted.afterMs, undefined, { signal });
    }
    // In a run that is past its beginning, as much may happen as in any other life.
    if (missed()) await delay(deps.random() * soonMs, undefined, { signal });
    if (killed) return true;
    killed = true;
    await host?.kill();
    return planned;
  }

  return {
    origins: gateway.origins,
    host: () => host,
    async live(wanted) {
      [death, met, killed, dueSince] = [wanted, 0, false, undefined];
      const { env, args } = deps.start(gateway.origins);
      host = startHost(env, args);
      const over = new AbortController();
      const lurking = wanted && lurk(wanted, over.signal).catch(() => undefined);
      const ended = await host.ended;
      over.abort();
      const planned = (await lurking) ?? true;
      if (!killed || ended.code !== null) return { ...ended, death: 'none' };
      return { ...ended, death: planned ? 'planned' : 'unplanned' };
    },
    async close() {
      await host?.kill();
      await gateway.close();
    },
  };
}
