import type { Cast } from './samplePeople.ts';
import type { World } from './world.ts';

/** What the sample meetings are made of. */
export interface Stage {
  world: World;
  cast: Cast;
  /** So many minutes before now. */
  ago(minutes: number): Date;
}
