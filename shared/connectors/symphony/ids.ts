/**
 * Symphony writes the same id in standard Base64 here and in URL-safe Base64 there; the API takes
 * the latter: https://docs.developers.symphony.com/bots/messages (stream ids).
 */
export const safeId = (id: string): string =>
  id.trim().replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');

/** The id of a file; some answers give it percent-encoded, and the request will encode it. */
export function plainFileId(id: string): string {
  if (!/%[0-9a-f]{2}/i.test(id)) return id;
  try {
    return decodeURIComponent(id);
  } catch {
    return id;
  }
}

const podBits = 2 ** 36;

/** The pod that a user's id belongs to: it is the upper part of the number. */
export function podOf(userId: string): string | undefined {
  const pod = Math.floor(Number(userId) / podBits);
  return Number.isSafeInteger(pod) && pod > 0 ? String(pod) : undefined;
}
