import { createHash } from 'node:crypto';

export type IdType =
  | 'PEOPLE'
  | 'ORGANIZATION'
  | 'ROOM'
  | 'TEAM'
  | 'MESSAGE'
  | 'MEMBERSHIP'
  | 'EVENT'
  | 'ATTACHMENT_ACTION'
  | 'CONTENT'
  | 'CLASSIFICATION';

/** Webex's public ids are the base64, without padding, of `ciscospark://us/TYPE/uuid`. */
export function encodeId(type: IdType, uuid: string): string {
  return base64(`ciscospark://us/${type}/${uuid}`);
}

export function base64(text: string): string {
  return Buffer.from(text).toString('base64').replace(/=+$/, '');
}

/**
 * The part behind the type. Padding and a newline at the end are overlooked, and the type
 * is not compared: the vendor's own samples call a team `TEAM/…` and `ROOM/…`.
 */
export function decodeId(id: string): string | undefined {
  const text = Buffer.from(id, 'base64').toString('utf8').trim();
  return /^ciscospark:\/\/[^/]+\/[A-Z_]+\/(.+)$/.exec(text)?.[1];
}

/** The uuid in an id that is known to be one. */
export function uuidIn(id: string): string {
  const uuid = decodeId(id);
  if (uuid === undefined) throw new Error(`"${id}" is no id of Webex.`);
  return uuid;
}

/** A uuid that depends on the seed alone. */
export function uuidFrom(...seed: (string | number)[]): string {
  const hex = createHash('sha256').update(JSON.stringify(seed)).digest('hex');
  const variant = '89ab'[Number.parseInt(hex.slice(16, 17), 16) % 4];
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `4${hex.slice(13, 16)}`,
    `${variant}${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join('-');
}

/** Fractions of one that depend on the seed alone. */
export function fractionsFrom(seed: string): () => number {
  let state = createHash('sha256').update(seed).digest().readUInt32LE();
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}
