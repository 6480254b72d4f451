const uuidPattern = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/**
 * The uuid behind a Webex id. Ids are base64 of `ciscospark://CLUSTER/TYPE/UUID`, without padding
 * or with it, some with a newline at the end, some of the bare uuid; the same thing comes under
 * several spellings, so ids are compared by this. What is no such id is its own identity.
 *
 * https://developer.webex.com/docs/basics#ids
 */
export function uuidOf(id: string): string {
  const raw = id.trim();
  if (uuidPattern.test(raw)) return raw.toLowerCase();
  const decoded = Buffer.from(raw, 'base64').toString('utf8').trim();
  if (uuidPattern.test(decoded)) return decoded.toLowerCase();
  const [, , , , ...rest] = decoded.split('/');
  if (!decoded.startsWith('ciscospark://') || rest.length === 0) return raw;
  return rest.join('/').toLowerCase();
}
