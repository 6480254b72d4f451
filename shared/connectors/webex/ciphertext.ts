/**
 * True for text that Webex's key service did not decrypt: a JWE in its compact form, five parts
 * of base64url. A JSON web token that somebody pasted has three, of which the second is JSON.
 *
 * https://developer.webex.com/docs/basics (partial failures)
 */
export function isCiphertext(text: string | undefined): boolean {
  const token = text?.replace(/<[^>]*>/g, '').trim() ?? '';
  if (!/^eyJhbGciOi[\w.-]*$/.test(token)) return false;
  const parts = token.split('.');
  return parts.length !== 3 || !isJson(parts[1] ?? '');
}

/** The text, unless there is none or it is ciphertext. */
export const readable = (text: string | undefined): string | undefined =>
  text === undefined || isCiphertext(text) ? undefined : text;

function isJson(base64url: string): boolean {
  try {
    JSON.parse(Buffer.from(base64url, 'base64url').toString('utf8'));
    return true;
  } catch {
    return false;
  }
}
