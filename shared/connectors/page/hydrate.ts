import { ZodError } from 'zod';
import { Refusal } from '../http/vendorFaults.ts';
import { isItemFault } from './sourceFaults.ts';

/** What asking for one thing came to. */
export type Hydrated<T> =
  | { kind: 'found'; value: T }
  /** Past retention, or another organisation's: it will never come. */
  | { kind: 'gone' }
  /** It came in a form that nobody knows. */
  | { kind: 'unreadable' }
  /** Not now; the reason is a sentence. */
  | { kind: 'refused'; reason: string; error: Error };

/** A fault of one thing stays with that thing; what concerns the whole source is thrown. */
export async function hydrate<T>(request: Promise<T>): Promise<Hydrated<T>> {
  try {
    return { kind: 'found', value: await request };
  } catch (error) {
    if (error instanceof ZodError) return { kind: 'unreadable' };
    if (!isItemFault(error)) throw error;
    if (error instanceof Refusal) {
      if (error.status === 200) return { kind: 'unreadable' };
      if ([204, 404, 410].includes(error.status)) return { kind: 'gone' };
    }
    return { kind: 'refused', reason: error.message, error };
  }
}

/** What was found, if it was. */
export const foundIn = <T>(hydrated: Hydrated<T>): T | undefined =>
  hydrated.kind === 'found' ? hydrated.value : undefined;
