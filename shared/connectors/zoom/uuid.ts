import { inPath } from '../http/inPath.ts';

/**
 * The UUID of a meeting instance as a part of a path. It is base64, and Zoom unescapes twice
 * where there is a slash at its beginning, or two of them in a row.
 *
 * https://developers.zoom.us/docs/api/rest/using-zoom-apis/#meeting-id-and-uuid
 */
export function uuidInPath(uuid: string): string {
  const once = inPath(uuid);
  return uuid.startsWith('/') || uuid.includes('//') ? inPath(once) : once;
}
