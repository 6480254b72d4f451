import { z } from 'zod';
import { parseJson } from '../../parseJson.ts';
import { secondsOf } from './chat.ts';
import { decoded } from './chatJson.ts';

const actionSchema = z.looseObject({
  email: z.string().optional().catch(undefined),
  joinTime: z.string().optional().catch(undefined),
  leaveTime: z.string().optional().catch(undefined),
});
const groupSchema = z.looseObject({
  id: z.string(),
  actions: z.array(z.unknown()).catch([]),
});
const logSchema = z.looseObject({
  backstage_room: z.unknown().optional(),
  private_group: z.array(z.unknown()).catch([]),
});

interface Member {
  address: string | undefined;
  /** Seconds since archiving began. */
  from: number;
  to: number;
}

/** Who was in a private group or backstage, and when. */
export interface Groups {
  /** Addresses of those who were in it then; undefined: there is no such group in the log. */
  inGroup(id: string, seconds: number | undefined): (string | undefined)[] | undefined;
  backstage(seconds: number | undefined): (string | undefined)[] | undefined;
}

/** https://developers.zoom.us/docs/api/references/archived-json-schema/ (subgroup activity) */
export function readGroups(contents: string[]): Groups {
  const groups = new Map<string, Member[]>();
  let backstage: Member[] | undefined;
  for (const content of contents) {
    const log = logSchema.safeParse(parseJson(content)).data;
    for (const group of log?.private_group ?? []) {
      const { id, actions } = groupSchema.safeParse(group).data ?? {};
      // A message names its group in base64, the log as it is; or both in either.
      for (const name of new Set(id === undefined ? [] : [id, decoded(id)])) {
        groups.set(name, [...(groups.get(name) ?? []), ...membersOf(actions ?? [])]);
      }
    }
    const room = groupSchema.safeParse(log?.backstage_room).data;
    if (room) backstage = [...(backstage ?? []), ...membersOf(room.actions)];
  }
  return {
    inGroup: (id, seconds) => at(groups.get(id), seconds),
    backstage: (seconds) => at(backstage, seconds),
  };
}

const membersOf = (actions: unknown[]): Member[] =>
  actions.flatMap((action) => {
    const { email, joinTime, leaveTime } = actionSchema.safeParse(action).data ?? {};
    const from = secondsOf(joinTime);
    if (from === undefined) return [];
    const to = secondsOf(leaveTime) ?? Number.POSITIVE_INFINITY;
    return [{ address: email || undefined, from, to }];
  });

/** Without a time nobody can be told to have been there. */
function at(
  members: Member[] | undefined,
  seconds: number | undefined,
): (string | undefined)[] | undefined {
  if (!members || seconds === undefined) return undefined;
  return members
    .filter(({ from, to }) => from <= seconds && seconds <= to)
    .map(({ address }) => address);
}
