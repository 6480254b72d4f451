import { setStage } from './sampleStage.ts';
import { talkElsewhere, talkInRoom, talkOfBot } from './sampleTalk.ts';
import type { World } from './world.ts';

export { samplePeople } from './samplePeople.ts';

/**
 * More than forty messages of the last twenty hours, of every kind that Symphony has, around the
 * vendor's own sample payloads. The ids are the same each time; the times depend on `now`.
 */
export function sampleWorld({ now }: { now: Date }): World {
  const stage = setStage(now);
  talkInRoom(stage);
  talkOfBot(stage);
  talkElsewhere(stage);
  return stage.world;
}
