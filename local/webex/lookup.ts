import type { Simulation } from './calls.ts';
import { decodeId, encodeId } from './ids.ts';
import type { SimFile, SimMessage, World } from './model.ts';
import { roomIsVisible } from './occurrences.ts';

/** If the compliance officer may read it now; deleted ones too, within retention. */
export function readableMessage(
  id: string,
  { world, now }: Simulation,
): SimMessage | undefined {
  const message = byUuid(world.messages, decodeId(id));
  if (!message || message.versions[0].at > now()) return undefined;
  const { deletion, expired, room, author } = message;
  const isGone = deletion && !deletion.kept && deletion.at <= now();
  if (isGone || (expired && expired <= now())) return undefined;
  return roomIsVisible(world, room, author) ? message : undefined;
}

export function byUuid<T>(
  things: Map<string, T>,
  uuid: string | undefined,
): T | undefined {
  return uuid === undefined ? undefined : things.get(uuid);
}

export function contentId(message: SimMessage, index: number): string {
  return encodeId('CONTENT', `${message.uuid}/${index}`);
}

export interface FoundFile {
  message: SimMessage;
  file: SimFile;
  key: string;
}

export function findFile(world: World, id: string): FoundFile | undefined {
  const key = decodeId(id) ?? '';
  const [uuid, index] = key.split('/');
  const message = byUuid(world.messages, uuid);
  const file = message?.files[Number(index)];
  return message && file && { message, file, key };
}
