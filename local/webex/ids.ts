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
