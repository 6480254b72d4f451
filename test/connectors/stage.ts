import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { expect } from 'vitest';
import type { ArchiveItem } from '../../shared/archive/state/item.ts';
import { composeEmail } from '../../shared/email/compose.ts';
import {
  createFakeClock,
  createFakeDrop,
  createFakeFiles,
  createFakeLog,
  createFakeState,
} from '../shared/connectors/fakes.ts';
import {
  createPipeline,
  minutesAgo,
  now,
  type RunOptions,
  type RunOutcome,
  restartable,
} from '../shared/connectors/pipeline.ts';
import { createLife } from './life.ts';
import type { ContractSubject, Said, Someone, SourceOptions, Talk } from './subject.ts';

export interface Email {
  item: ArchiveItem;
  /** Addresses, or ids where there is none, in order. */
  readers: string[];
  /** The contents of its files. */
  files: string[];
  /** The whole message, one character a byte. */
  bytes: string;
}

export interface StageRun extends RunOutcome {
  emails: Email[];
}

export type StageOptions = Omit<SourceOptions, 'clock'>;
export type Stage = Awaited<ReturnType<typeof openStage>>;

/** A connector, its source, and what the archive does around them. */
export async function openStage(subject: ContractSubject, options: StageOptions = {}) {
  const { type } = subject;
  const clock = createFakeClock(now);
  const source = await subject.open({ clock, ...options });
  const files = createFakeFiles();
  const log = createFakeLog();
  const name = `${type.type}-eu`;
  const deps = { name, state: createFakeState(), files, clock, log };
  const settings = type.settings.parse(source.settings);
  let life = createLife();
  const { connector, restart } = restartable(() => {
    life = createLife();
    const drop = () => life.drop(source.drop ?? createFakeDrop());
    return type.create(settings, { ...deps, drop, fetch: life.fetch });
  });
  const pipeline = createPipeline(clock);
  const emails = new Map<string, Email>();
  const said: Said[] = [];

  const contentOf = (path: string) => files.contents.get(path) ?? Buffer.of();

  async function emailOf(item: ArchiveItem): Promise<Email> {
    const origin = { connector: name, source: type.type };
    const open = async ({ path }: { path: string }) => Readable.from([contentOf(path)]);
    return {
      item,
      readers: item.participants.map(({ address, id }) => address ?? id).sort(),
      files: item.files.map(({ path }) => contentOf(path).toString()),
      bytes: (await buffer(composeEmail(item, origin, open))).toString('latin1'),
    };
  }

  async function run(run: RunOptions = {}): Promise<StageRun> {
    const found: Email[] = [];
    const onItems = async (items: ArchiveItem[]) => {
      for (const item of items) {
        expect(emails.has(item.key), `${item.itemId} came twice`).toBe(false);
        const email = await emailOf(item);
        emails.set(item.key, email);
        found.push(email);
      }
    };
    const outcome = await pipeline.run(connector, { ...run, onItems });
    return { ...outcome, emails: found };
  }

  /** False if the run came to its end before the process could die. */
  async function diesAt(request: number, options: RunOptions): Promise<boolean> {
    const { death } = life;
    life.dieAt(request);
    return Promise.race([death.then(() => true), run(options).then(() => false)]);
  }

  /** What nobody may find in a log or in a sentence of the administrator. */
  function confidential(): string[] {
    const secrets = subject.secrets.map((setting) => source.settings[setting] ?? '');
    const people = said.flatMap((one) => [one.by, ...one.in.people.slice(0, 9)]);
    const addresses = people.map(({ address }) => address);
    return [...secrets, ...addresses, ...said.map(({ text }) => text)].filter(Boolean);
  }

  return {
    ...{ clock, source, pipeline, emails, log, run, restart, diesAt, confidential },
    async say(one: Said): Promise<Said> {
      said.push(one);
      await source.say(one);
      return one;
    },
    /** How many requests the process has sent. */
    requests: () => life.sent(),
    /** From now on it is so much later. */
    later: (hours: number) => clock.advance(hours * 3_600_000),
  };
}

export const person = (name: string, isExternal = false): Someone => ({
  name,
  address: `${name.toLowerCase()}@${isExternal ? 'example.net' : 'example.com'}`,
  ...(isExternal && { isExternal }),
});
export const [ann, ben, cat] = [person('Ann'), person('Ben'), person('Cat')];
export const plans = (): Talk => ({ name: 'Plans', people: [ann, ben] });

/** The same day for each call, from the first minute of it that matters. */
export const hoursAgo = (hours: number): Date => minutesAgo(hours * 60);

export const addresses = (...people: Someone[]): string[] =>
  people.map(({ address }) => address).sort();

/** The one email of an event in which a text stands. */
export function emailSaying(
  emails: Iterable<Email>,
  text: string,
  event: ArchiveItem['event'] = 'created',
): Email {
  const found = [...emails].filter(
    ({ item }) => item.event === event && item.text.includes(text),
  );
  if (found.length !== 1 || !found[0]) {
    throw new Error(`${found.length} emails of the event ${event} say "${text}".`);
  }
  return found[0];
}

/** What must be the same whatever went wrong on the way. */
export const bytesByKey = (emails: Iterable<Email>): Record<string, string> =>
  Object.fromEntries([...emails].map(({ item, bytes }) => [item.key, bytes]));
