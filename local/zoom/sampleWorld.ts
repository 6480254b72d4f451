import { meetDaily, meetTeam, recordTraining } from './sampleMeetings.ts';
import { addCast } from './samplePeople.ts';
import { holdBreakout, meetOutsiders, shareSecrets } from './sampleSideMeetings.ts';
import type { Stage } from './sampleStage.ts';
import { createWorld, type World } from './world.ts';

export { samplePeople } from './samplePeople.ts';

/**
 * Meetings of the last twenty hours, of every kind that Zoom has, around the vendor's own sample
 * payloads. Both lanes see them. The ids are the same each time; the times depend on `now`.
 */
export function sampleWorld({ now }: { now: Date }): World {
  const world = createWorld({ seed: 'sample' });
  const ago = (minutes: number) =>
    new Date(Math.floor(now.getTime() / 1000) * 1000 - minutes * 60_000);
  const stage: Stage = { world, cast: addCast(world), ago };
  meetTeam(stage);
  shareSecrets(stage);
  holdBreakout(stage);
  recordTraining(stage);
  meetOutsiders(stage);
  meetDaily(stage);
  return world;
}
