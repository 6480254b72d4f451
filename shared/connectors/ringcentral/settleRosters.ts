import type { ExportContents } from './entries.ts';
import type { FinishedTask } from './exportState.ts';
import { isUnsure, type Look, type Roster, withLook, withTraces } from './roster.ts';
import type { RosterStore } from './rosterStore.ts';
import { surveyPosts } from './survey.ts';
import type { Survey } from './surveyTypes.ts';

/**
 * The members of these "cannot be changed". Neither can those of groups; but a group has few, and
 * looking at them all the same costs nothing.
 *
 * https://developers.ringcentral.com/guide/team-messaging/concepts/conversations
 */
const fixedTypes = new Set(['direct', 'personal']);

/**
 * Who was in each chat, when: by this export, by those before it, and by what people wrote. It is
 * kept at once, and comes to the same when it is done again.
 */
export async function settleRosters(
  survey: Survey,
  contents: ExportContents,
  task: FinishedTask,
  store: RosterStore,
): Promise<void> {
  const looks = looksOf(survey, task);
  const kept = await store.read(looks.keys());
  const rosters = new Map<string, Roster>();
  const unsure = new Set<string>();
  for (const [id, look] of looks) {
    const roster = withLook(kept.get(id), look);
    rosters.set(id, roster);
    if (isUnsure(roster)) unsure.add(id);
  }
  await surveyPosts(survey, contents, unsure);
  for (const [id, traces] of survey.traces) {
    const roster = rosters.get(id);
    if (roster) rosters.set(id, withTraces(roster, traces));
  }
  await store.keep(rosters);
  for (const [id, { steady, stays }] of rosters) {
    const chat = survey.chats.get(id);
    if (chat) survey.chats.set(id, { ...chat, steady, stays });
  }
}

function looksOf({ chats }: Survey, { from, to }: FinishedTask): Map<string, Look> {
  const looks = new Map<string, Look>();
  for (const { id, type, steady, changed } of chats.values()) {
    if (fixedTypes.has(type.toLowerCase()) || !steady) continue;
    looks.set(id, { ids: steady, from, to, changed });
  }
  return looks;
}
