import type { FileOptions } from './newMessage.ts';

/** Still being scanned when it is first asked for, and for longer than a run waits. */
export function locked(file: FileOptions): FileOptions {
  return { ...file, state: { kind: 'scanning', requests: 1, retryAfterSeconds: 300 } };
}

export function infected(file: FileOptions): FileOptions {
  return { ...file, state: { kind: 'infected' } };
}

export function unscannable(file: FileOptions): FileOptions {
  return { ...file, state: { kind: 'unscannable' } };
}
