import { parse } from 'content-disposition';

/** A file's name, which only `Content-Disposition` tells. */
export function fileNameIn(header: string | null): string | undefined {
  const name = header ? parse(header).parameters.filename?.trim() : undefined;
  return name ? inUtf8(name) : undefined;
}

/** Headers arrive as Latin-1; many servers write UTF-8 there. */
function inUtf8(name: string): string {
  if (!/[\x80-\xff]/.test(name) || /[^\0-\xff]/.test(name)) return name;
  const decoded = Buffer.from(name, 'latin1').toString('utf8');
  return decoded.includes('\ufffd') ? name : decoded;
}
