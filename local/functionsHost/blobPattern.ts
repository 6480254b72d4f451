import { parseTemplate } from './template.ts';

/** The path of a blob trigger, such as `imports/{mailbox}/{order}`. */
export interface BlobPattern {
  container: string;
  /** What every name begins with. */
  prefix: string;
  /** The parts in braces by their names; undefined for a blob that is not meant. */
  match(blobName: string): Record<string, string> | undefined;
}

/** Only the last part in braces may hold slashes. */
export function parseBlobPattern(path: string): BlobPattern {
  const slash = path.indexOf('/');
  const container = slash < 0 ? path : path.slice(0, slash);
  const name = slash < 0 ? '{name}' : path.slice(slash + 1);
  const template = parseTemplate(name, (_key, isLast) => isLast);
  return {
    container,
    prefix: template.prefix,
    match(blobName) {
      const values = template.match(blobName);
      if (!values) return undefined;
      return Object.fromEntries(
        template.keys.map((key, index) => [key, values[index] ?? '']),
      );
    },
  };
}
