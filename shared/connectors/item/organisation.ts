import { z } from 'zod';
import type { StateStore } from '../connector.ts';
import { textHash } from './key.ts';

const keptSchema = z.object({ organisation: z.string() });

/** Who owns the credentials, as the vendor identifies it. */
export interface Organisation {
  /** What was settled, if it was. */
  known(): Promise<string | undefined>;
  /** Settles it, unless somebody was faster; gives what is settled. */
  settle(organisation: string): Promise<string>;
  /** Stands for it where the vendor doesn't say: made of the credentials' own name. */
  mark: string;
}

/**
 * It is part of every item's key, so it is settled once and kept. `account`: what names the
 * credentials, and isn't secret.
 */
export function createKeptOrganisation(state: StateStore, account: string): Organisation {
  const mark = textHash(account, 16);
  const document = `organisation-${mark}`;
  let settled: string | undefined;

  async function known(): Promise<string | undefined> {
    settled ??= (await state.read(document, keptSchema))?.value.organisation;
    return settled;
  }

  return {
    mark,
    known,
    async settle(organisation) {
      await state.write(document, { organisation }, 'absent');
      return (await known()) ?? organisation;
    },
  };
}
