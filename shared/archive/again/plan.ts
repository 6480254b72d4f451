import { z } from 'zod';
import { containers } from '../../names.ts';
import { readJson, writeJson } from '../state/blobs.ts';
import { laterRuns } from '../state/manifests.ts';
import type { ArchiveStorage } from '../state/storage.ts';

/**
 * What a run does that reads no source: `manifests/NAME/RUN/plan`, written once. Its page N
 * delivers what the Nth page here still owes.
 */
const planSchema = z.object({
  kind: z.enum(laterRuns),
  /** Only these items; all, if absent. */
  keys: z.array(z.string()).optional(),
  pages: z.array(z.object({ runId: z.string(), page: z.number() })),
  /**
   * For a mapping: who is to get what, by run and the source's id. They are settled here, since
   * their row in `ItemLog` is resolved when the first of their copies is made.
   */
  people: z.array(z.object({ runId: z.string(), id: z.string() })).default([]),
});
export type Plan = z.infer<typeof planSchema>;

const planPath = (connector: string, runId: string) => `${connector}/${runId}/plan`;

/** The plan of a run; undefined if it reads a source, or was never planned to the end. */
export const readPlan = async (
  storage: ArchiveStorage,
  connector: string,
  runId: string,
): Promise<Plan | undefined> => {
  const container = storage.container(containers.manifests);
  return (await readJson(container, planPath(connector, runId), planSchema))?.value;
};

/** Keeps a plan, unless one is kept already. Returns the one that is kept. */
export async function keepPlan(
  storage: ArchiveStorage,
  connector: string,
  runId: string,
  plan: Plan,
): Promise<Plan> {
  const container = storage.container(containers.manifests);
  const path = planPath(connector, runId);
  if (await writeJson(container, path, plan, 'absent')) return plan;
  const kept = await readPlan(storage, connector, runId);
  if (!kept) throw new Error(`The plan ${path} was removed meanwhile.`);
  return kept;
}
