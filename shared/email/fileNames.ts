import { StringDecoder } from 'node:string_decoder';
import sanitizeFilename from 'sanitize-filename';
import { cleanName } from './clean.ts';

const limit = 200;

/** A name that can be saved anywhere: no path, no control characters, at most 200 bytes. */
export function fileName(name: string): string {
  return fitting(safe(name), '');
}

/** Names for the files of one email, each different from the others without regard to case. */
export function fileNames(names: string[]): string[] {
  const taken = new Set<string>();
  return names.map((name) => {
    const parts = safe(name);
    let unique = fitting(parts, '');
    for (let n = 2; taken.has(unique.toLowerCase()); n++) {
      unique = fitting(parts, ` (${n})`);
    }
    taken.add(unique.toLowerCase());
    return unique;
  });
}

interface NameParts {
  stem: string;
  extension: string;
}

function safe(name: string): NameParts {
  // Leading dots hide a file, and with slashes they lead out of the folder.
  const bare = cleanName(name).replace(/^[./\\\s]+/, '');
  const extension = /(?<=.)\.[A-Za-z0-9]{1,16}$/.exec(bare)?.[0] ?? '';
  const stem = bare.slice(0, bare.length - extension.length).trimEnd();
  return { stem: sanitizeFilename(stem, { replacement: '_' }) || 'file', extension };
}

function fitting({ stem, extension }: NameParts, suffix: string): string {
  const room = limit - Buffer.byteLength(suffix + extension);
  // The decoder holds back a character of which only the first bytes are there.
  const kept = new StringDecoder('utf8').write(Buffer.from(stem).subarray(0, room));
  return `${kept.trimEnd()}${suffix}${extension}`;
}
