import { createHash } from 'node:crypto';
import type { ContainerClient } from '@azure/storage-blob';
import { z } from 'zod';
import { readJson, writeJson } from '../archive/state/blobs.ts';
import type { Clock } from '../clock.ts';
import type { MailboxRef } from './types.ts';

const answerSchema = z.object({
  /** Absent where the address has no mailbox. */
  mailbox: z.object({ id: z.string(), address: z.string() }).optional(),
  /** When the directory said so: milliseconds since 1970. */
  at: z.number(),
});
type Answer = z.infer<typeof answerSchema>;

const shardSchema = z
  .record(z.string(), answerSchema)
  // What can't be read is asked again.
  .catch({});

/** What the directory said of addresses, in memory and shared by all instances. */
export interface DirectoryCache {
  /** Of these addresses, in lower case, those that are known: `null` has no mailbox. */
  read(addresses: string[]): Promise<Map<string, MailboxRef | null>>;
  keep(answers: Map<string, MailboxRef | null>): Promise<void>;
}

const minute = 60_000;
const foundMs = 24 * 60 * minute;
/** A mailbox may be given to somebody any time, so what was not found is asked again soon. */
const notFoundMs = 15 * minute;
/** How old our copy of a shard may be before it is read again for what it lacks. */
const copyMs = minute;
/** Shards keep what is read and written at a time small. */
const shardDigits = 1;
const mostRounds = 8;

interface Shard {
  answers: Map<string, Answer>;
  readAt: number;
}

/** Under `directory/` in the container `state`. */
export function createDirectoryCache(
  container: ContainerClient,
  clock: Clock,
): DirectoryCache {
  const shards = new Map<string, Shard>();
  const nowMs = () => clock.now().getTime();
  const path = (name: string) => `directory/addresses-${name}.json`;

  async function load(name: string): Promise<Shard & { etag: string }> {
    const stored = await readJson(container, path(name), shardSchema);
    const answers = new Map(Object.entries(stored?.value ?? {}));
    const shard = { answers, readAt: nowMs() };
    shards.set(name, shard);
    return { ...shard, etag: stored?.etag ?? 'absent' };
  }

  function known(shard: Shard | undefined, address: string): Answer | undefined {
    const answer = shard?.answers.get(address);
    return answer && isFresh(answer, nowMs()) ? answer : undefined;
  }

  async function write(name: string, answers: [string, Answer][]): Promise<void> {
    for (let round = 0; round < mostRounds; round++) {
      const { answers: others, etag } = await load(name);
      const kept = [...others].filter(([, answer]) => isFresh(answer, nowMs()));
      const merged = new Map([...kept, ...answers]);
      shards.set(name, { answers: merged, readAt: nowMs() });
      const value = Object.fromEntries(merged);
      if (await writeJson(container, path(name), value, etag)) return;
    }
    // Others were faster each time. It is a cache: what is not kept is asked again.
  }

  return {
    async read(addresses) {
      const found = new Map<string, MailboxRef | null>();
      const byShard = Map.groupBy(addresses, shardOf);
      const readShard = async ([name, wanted]: [string, string[]]) => {
        let shard = shards.get(name);
        const lacks = wanted.some((address) => !known(shard, address));
        const isOld = !shard || nowMs() - shard.readAt > copyMs;
        if (lacks && isOld) shard = await load(name);
        for (const address of wanted) {
          const answer = known(shard, address);
          if (answer) found.set(address, answer.mailbox ?? null);
        }
      };
      await Promise.all([...byShard].map(readShard));
      return found;
    },

    async keep(answers) {
      const at = nowMs();
      const entries = [...answers].map(([address, mailbox]): [string, Answer] => [
        address,
        mailbox ? { mailbox, at } : { at },
      ]);
      const byShard = Map.groupBy(entries, ([address]) => shardOf(address));
      await Promise.all([...byShard].map(([name, own]) => write(name, own)));
    },
  };
}

const shardOf = (address: string): string =>
  createHash('sha256').update(address).digest('hex').slice(0, shardDigits);

const isFresh = (answer: Answer, now: number): boolean =>
  now - answer.at < (answer.mailbox ? foundMs : notFoundMs);
