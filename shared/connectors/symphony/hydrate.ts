import { isItemFault, Refusal } from './faults.ts';

/** What asking for one thing came to. */
export type Hydrated<T> =
  | { kind: 'found'; value: T }
  /** It is there no more, or it came in a form that nobody knows. */
  | { kind: 'gone' }
  /** Not now; the reason is a sentence. */
  | { kind: 'refused'; reason: string; error: Error };

/** A fault of one thing stays with that thing; what concerns the whole source is thrown. */
export async function hydrate<T>(request: Promise<T>): Promise<Hydrated<T>> {
  try {
    return { kind: 'found', value: await request };
  } catch (error) {
    if (!isItemFault(error)) throw error;
    if (error instanceof Refusal && [200, 204, 404, 410].includes(error.status)) {
      return { kind: 'gone' };
    }
    return { kind: 'refused', reason: error.message, error };
  }
}

/** What was found, if it was. */
export const foundIn = <T>(hydrated: Hydrated<T>): T | undefined =>
  hydrated.kind === 'found' ? hydrated.value : undefined;
