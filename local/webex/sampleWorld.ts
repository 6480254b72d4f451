import { talkInDirects, talkWithPartners } from './sampleSideTalk.ts';
import { setStage } from './sampleStage.ts';
import { talkInGroup, talkInTeam } from './sampleTalk.ts';
import type { World } from './world.ts';

export { samplePeople } from './samplePeople.ts';

/**
 * More than fifty messages of the last twenty hours, of every kind that Webex has, around
 * the vendor's own sample payloads. The ids are the same each time; the times depend on
 * `now`, and with them the revisions of what was edited.
 */
export function sampleWorld({ now }: { now: Date }): World {
  const stage = setStage(now);
  talkInTeam(stage);
  talkInGroup(stage);
  talkInDirects(stage);
  talkWithPartners(stage);
  return stage.world;
}
