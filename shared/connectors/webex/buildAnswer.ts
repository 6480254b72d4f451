import type { ItemRef } from '../connector.ts';
import { foundIn, hydrate } from '../page/hydrate.ts';
import { type BuildOptions, type Built, roomOf, waitFor, waiting } from './build.ts';
import type { PageWork, Source } from './pageWork.ts';
import type { Action } from './schema.ts';

/** What somebody put into a card. The event names the answer; the inputs are asked for. */
export async function buildAnswer(
  source: Source,
  work: PageWork,
  listed: Action,
  ref: ItemRef,
  options: BuildOptions = {},
): Promise<Built> {
  const { until } = work.request.limits;
  const { personId, personEmail } = listed;
  work.mention(personId, personEmail ? { address: personEmail } : {});
  const hydrated = await hydrate(source.client.action(listed.id, until));
  const { room, wait: roomWait } = await roomOf(work, listed, options);
  const action = { ...listed, ...foundIn(hydrated) };
  const place = { ...ref, itemId: listed.id, event: 'created' as const };
  const raw = {
    ...{ kind: 'answer' as const, action },
    ...(room !== undefined && { room }),
  };

  const wait = roomWait ?? (hydrated.kind === 'refused' ? waitFor(hydrated) : undefined);
  if (wait && !options.isLast) return waiting(work, { ...place, raw }, wait);
  const isLost = action.inputs === undefined;
  const partial =
    wait?.reason ?? (isLost ? 'Webex no longer has the answers.' : undefined);
  return {
    record: {
      ...place,
      raw: { ...raw, missing: [], ...(partial && { partial }) },
      files: [],
    },
    gaps: [],
  };
}
