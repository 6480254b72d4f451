import { setTimeout as delay } from 'node:timers/promises';
import { seededRandom } from '../simulation/seeded.ts';
import { type LifeEnd, openPlace, type Place } from './life.ts';
import { createChaosLoad } from './load.ts';
import { type Death, planDeaths } from './plan.ts';
import { type ChaosStage, setChaosStage } from './stage.ts';
import { type Findings, verify } from './verify.ts';

export interface ChaosOptions {
  seed: number;
  /** How often the process is killed. */
  kills: number;
  /** About how many copies are to be made. */
  imports: number;
  /** Processes at a time on one storage; of two, one is frozen now and then. */
  hosts: 1 | 2;
  /** How long they are frozen, one after the other, in milliseconds. */
  freezesMs: number[];
  /** Share of Graph's requests that go wrong, for each way to go wrong. */
  faultRate: number;
  latencyMs: number;
  /** Told of each life's end. */
  onLife?: (line: string) => void;
}

export interface ChaosResult {
  copies: number;
  seconds: number;
  kills: number;
  /** Kills by step and moment. */
  struck: Map<string, number>;
  freezes: number;
  /** Runs that ended while kills were left; the same command was given again. */
  reruns: number;
  faults: Record<string, number>;
  /** Most requests at a time into one mailbox. */
  maxInFlight: number;
  findings: Findings;
  /** What hosts said that ended in a way that nobody planned. */
  complaints: string[];
}

const mostLivesPerKill = 3;
/** Before a process that has nothing to do comes to its end. */
const earlyMs = 2_000;
const allowedInFlight = 4;
const tooMany = `more than ${allowedInFlight} requests at a time`;

/** Kills the product again and again while it imports, and looks at what came of it. */
export async function runChaos(options: ChaosOptions): Promise<ChaosResult> {
  const { seed, imports } = options;
  const random = seededRandom(seed);
  const started = Date.now();
  const until = new Date(Math.floor(started / 1000) * 1000 - 1000);
  const load = createChaosLoad(imports, seed, until);
  const stage = await setChaosStage(load, options);
  const { from, to } = load.window;
  const window = ['--from', from.toISOString(), '--to', to.toISOString()];
  const { routes } = stage.graph.requests;
  const progress = () => (routes.createMessage ?? 0) / load.copies;
  const place = (args: string[]) =>
    openPlace({
      ...{ targets: stage.targets, progress, random },
      start: (origins) => ({ env: stage.settings(origins), args }),
    });
  const once = await place(['--once', '--json', ...window]);
  const beside = options.hosts === 2 ? await place([]) : undefined;
  try {
    const freezing = beside && freezeInTurns(options.freezesMs, [once, beside], random);
    const staying = beside?.live(undefined);
    const deaths = planDeaths(options.kills, random);
    const lives = await liveAndDie(once, deaths, options, random);
    const freezes = (await freezing?.()) ?? 0;
    await beside?.host()?.kill();
    lives.complaints.push(...complaintsOf(await staying));
    const maxInFlight = mostInFlight(stage);
    const findings = {
      ...(await verify(load, stage.graph, stage.storage)),
      [tooMany]: Math.max(0, maxInFlight - allowedInFlight),
      'hosts that ended by themselves': lives.complaints.length,
    };
    return {
      ...{ ...lives, copies: load.copies, freezes, maxInFlight, findings },
      seconds: (Date.now() - started) / 1000,
      faults: { ...stage.graph.faults.struck },
    };
  } finally {
    await Promise.all([once.close(), beside?.close()]);
    await stage.close();
  }
}

const mostInFlight = ({ graph }: ChaosStage): number =>
  Math.max(0, ...Object.values(graph.requests.mailboxes).map((own) => own.maxInFlight));

/** A process that was to stay up, and did not. */
function complaintsOf(end: LifeEnd | undefined): string[] {
  return end && end.code !== null ? [`It ended with ${end.code}.\n${end.stderr}`] : [];
}

const soon = (random: () => number): Death => ({
  ...{ kind: 'moment', fromStart: true, share: 0 },
  afterMs: random() * earlyMs,
});

async function liveAndDie(
  place: Place,
  plan: Death[],
  options: ChaosOptions,
  random: () => number,
) {
  const struck = new Map<string, number>();
  const complaints: string[] = [];
  const total = plan.length;
  const left = [...plan];
  let [kills, reruns] = [0, 0];
  const tell = (how: string) => options.onLife?.(`${kills}/${total} ${how}`);

  for (let life = 0; kills < total && life < total * mostLivesPerKill; life++) {
    const death = left[0];
    const end = await place.live(death);
    if (end.death === 'none') {
      reruns++;
      if (end.code !== 0) complaints.push(`It ended with ${end.code}.\n${end.stderr}`);
      tell('came to its end');
      // What was not met in a whole run is not met in a run that is over: any moment will do.
      if (death?.kind === 'step') left.splice(0, 1, soon(random));
      continue;
    }
    kills++;
    const name = end.death === 'planned' && death ? nameOf(death) : 'any moment';
    struck.set(name, (struck.get(name) ?? 0) + 1);
    tell(name);
    // A step that is not met in time has its turn later.
    if (end.death === 'planned') left.shift();
    else left.push(...left.splice(0, 1));
  }
  const last = await place.live(undefined);
  if (last.code !== 0) complaints.push(`It ended with ${last.code}.\n${last.stderr}`);
  const again = await place.live(undefined);
  if (again.code !== 0) complaints.push(`It ended with ${again.code}.\n${again.stderr}`);
  return { kills, struck, reruns, complaints };
}

const nameOf = (death: Death): string =>
  death.kind === 'step' ? `${death.step.name}, ${death.moment}` : 'any moment';

/** Returns the function that ends it, and says how often somebody was frozen. */
function freezeInTurns(freezesMs: number[], places: Place[], random: () => number) {
  const over = new AbortController();
  const { signal } = over;
  let freezes = 0;
  const work = (async () => {
    for (let turn = 0; !signal.aborted; turn++) {
      await delay(500 + random() * 2_500, undefined, { signal });
      const host = places[Math.floor(random() * places.length)]?.host();
      host?.freeze();
      freezes++;
      const ms = freezesMs[turn % freezesMs.length] ?? 0;
      await delay(ms, undefined, { signal }).catch(() => undefined);
      host?.thaw();
    }
  })().catch(() => undefined);
  return async () => {
    over.abort();
    await work;
    return freezes;
  };
}
