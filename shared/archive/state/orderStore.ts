import { z } from 'zod';
import { containers } from '../../names.ts';
import { answered, readJson } from './blobs.ts';
import { type ImportOrder, orderSchema } from './order.ts';
import type { ArchiveStorage } from './storage.ts';
import { safeKey } from './tableKeys.ts';

/** An order as it was found; `reason` is a sentence. */
export type OpenedOrder =
  | { kind: 'order'; name: string; order: ImportOrder }
  | { kind: 'gone' }
  /** It can't be read, and never will be; `reason` is a sentence. */
  | { kind: 'broken'; reason: string };

/** The orders of a mailbox, `imports/MAILBOX/…`. */
export interface OrderStore {
  /** Their paths, oldest first. */
  list(mailbox: string): Promise<string[]>;
  open(path: string): Promise<OpenedOrder>;
  remove(path: string): Promise<void>;
}

/** The container `imports`. */
export function createOrderStore(storage: ArchiveStorage): OrderStore {
  const container = storage.container(containers.imports);
  return {
    async list(mailbox) {
      const found: { name: string; at: number }[] = [];
      for await (const blob of container.listBlobsFlat({ prefix: `${mailbox}/` })) {
        const { createdOn, lastModified } = blob.properties;
        found.push({ name: blob.name, at: (createdOn ?? lastModified).getTime() });
      }
      return found
        .sort((a, b) => a.at - b.at || a.name.localeCompare(b.name))
        .map(({ name }) => name);
    },

    async open(path) {
      const [mailbox = '', ...rest] = path.split('/');
      const name = rest.join('/');
      try {
        const stored = await readJson(container, path, orderSchema);
        if (!stored) return { kind: 'gone' };
        const order = stored.value;
        if (safeKey(order.mailboxId) === mailbox) return { kind: 'order', name, order };
        return { kind: 'broken', reason: broken('it is for another mailbox') };
      } catch (error) {
        const unreadable = error instanceof SyntaxError || error instanceof z.ZodError;
        if (!unreadable) throw error;
        return { kind: 'broken', reason: broken('its content is not an order') };
      }
    },

    async remove(path) {
      try {
        await container.deleteBlob(path);
      } catch (error) {
        if (!answered(error, 404)) throw error;
      }
    },
  };
}

const broken = (what: string): string =>
  `An import order can not be used because ${what}. Nothing of it was imported; replay the page that it was made from.`;
