import { type ContainerClient, RestError } from '@azure/storage-blob';
import { DropRefused } from '../../connectors/dropStore.ts';
import { answered } from './blobs.ts';

/** Undefined for what isn't there. */
export async function unlessGone<T>(asking: Promise<T>): Promise<T | undefined> {
  try {
    return await asking;
  } catch (error) {
    if (answered(error, 404)) return undefined;
    throw error;
  }
}

/** False if it is another file by now, or none. */
export async function held(asking: Promise<unknown>): Promise<boolean> {
  try {
    await asking;
    return true;
  } catch (error) {
    if (isGone(error)) return false;
    throw asRefusal(error);
  }
}

/** A lease that somebody holds is no change of the file. */
export const isGone = (error: unknown): boolean =>
  answered(error, 404, 412) && codeOf(error) !== 'LeaseIdMissing';

const codeOf = (error: unknown): string =>
  (error instanceof RestError && error.code) || 'no reason';

/** What is refused by the file's own state; other troubles may be over in a moment. */
export function asRefusal(error: unknown): unknown {
  if (!answered(error, 400, 403, 409, 412)) return error;
  const message = `The storage refuses a file (${codeOf(error)}): see that it is in an online tier, that nobody holds a lease on it, and that no policy protects it.`;
  return new DropRefused(message, { cause: error });
}

/** A container that an administrator named need not be there yet. */
export async function unlessMissing<T>(
  container: ContainerClient,
  ask: () => Promise<T>,
): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    if (!answered(error, 404)) throw error;
    await container.createIfNotExists();
    return ask();
  }
}
