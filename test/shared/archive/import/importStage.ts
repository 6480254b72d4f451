import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest';
import { createWorld, type Started, startWorld, type World } from './importWorld.ts';

type WorldOptions = NonNullable<Parameters<typeof createWorld>[1]>;

/** One storage for the tests of a file, and an organisation for each of them. */
export interface ImportStage {
  readonly storage: Started['storage'];
  /** The organisation of this test. */
  readonly world: World;
  /** Another one, in place of what there is. */
  open(options: WorldOptions): Promise<void>;
}

/** Registers what happens around the tests. `options`: of each test's organisation. */
export function importStage(options: WorldOptions = {}): ImportStage {
  let started: Started | undefined;
  let world: World | undefined;

  const stage: ImportStage = {
    get storage() {
      return there(started).storage;
    },
    get world() {
      return there(world);
    },
    async open(other) {
      await world?.close();
      world = await createWorld(stage.storage, other);
    },
  };
  beforeAll(async () => {
    started = await startWorld();
  });
  beforeEach(async () => {
    world = await createWorld(stage.storage, options);
  });
  afterEach(async () => {
    expect(stage.world.graph.violations).toEqual([]);
    await stage.world.close();
  });
  afterAll(() => started?.close());
  return stage;
}

function there<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('It is there during a test only.');
  return value;
}
