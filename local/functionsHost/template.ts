/** A path with parts in braces, such as `imports/{mailbox}/{order}`. */
export interface Template {
  /** What comes before the first part in braces. */
  prefix: string;
  /** As written in braces, in order. */
  keys: string[];
  /** What stands in the places of the keys; undefined if the path is another. */
  match(path: string): string[] | undefined;
}

/** A part in braces holds no slash unless `mayHoldSlash` says so. */
export function parseTemplate(
  text: string,
  mayHoldSlash: (key: string, isLast: boolean) => boolean,
  flags = '',
): Template {
  const pieces = text.split(/\{([^}]+)\}/);
  const source = pieces.map((piece, index) => {
    if (index % 2 === 0) return piece.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&');
    return mayHoldSlash(piece, index === pieces.length - 2) ? '(.+)' : '([^/]+)';
  });
  const pattern = new RegExp(`^${source.join('')}$`, `s${flags}`);
  return {
    prefix: pieces[0] ?? '',
    keys: pieces.filter((_, index) => index % 2 === 1),
    match: (path) => pattern.exec(path)?.slice(1),
  };
}
