import type { ContainerClient } from '@azure/storage-blob';
import type { LimitFunction } from 'p-limit';
import type { Clock } from '../../clock.ts';
import type { ReadEmailStream } from '../../email/types.ts';
import { messageOf } from '../../errors.ts';
import type { Log } from '../../log.ts';
import type { MessagePlan } from '../../mailbox/message.ts';
import type { Place } from '../../mailbox/place.ts';
import type { SizeLimit } from '../../mailbox/sizeLimit.ts';
import type { MailboxWriter } from '../../mailbox/writer.ts';
import { writeBuild } from './build.ts';
import { BuildBroken, BuildLeft } from './buildErrors.ts';
import { createBuildNotes } from './buildNotes.ts';
import type { Claim, Copies } from './copies.ts';
import type { Ending } from './copyRows.ts';
import { fillMessages } from './fillMessages.ts';
import { createLargeFaults, laterMs } from './largeFaults.ts';
import type { PreparedCopy } from './prepareCopy.ts';
import type { UploadSizes } from './sendFile.ts';
import type { Turn } from './turn.ts';
import type { UploadSessions } from './uploadSessions.ts';

/** What a large message is made with. */
export interface LargeDeps {
  writer: MailboxWriter;
  copies: Copies;
  turn: Turn;
  clock: Clock;
  log: Log;
  place: Place;
  emails: ContainerClient;
  readEmail: ReadEmailStream;
  sizeLimit: SizeLimit;
  uploadSizes: UploadSizes;
  sessions: UploadSessions;
  /** Lets few files stream at a time, over all mailboxes of this process. */
  streams: LimitFunction;
  /** Gets the ids of messages that leave the staging folder. */
  moved: Set<string>;
  /** Notes that there may be something in the staging folder from now on. */
  noteStaging(): Promise<void>;
  /** Reads the email, and plans its messages under the limit that is known now. */
  plan(copy: PreparedCopy): Promise<PreparedCopy>;
}

/** What is worth waiting for within a turn, since a new turn reads the email anew. */
const patienceMs = 60_000;
/** How often one turn looks anew at what there is. */
const mostLooks = 30;

const refused: Ending = { kind: 'refused' };
const failed = (reason: string): Ending => ({ kind: 'failed', reason });

/**
 * Makes the messages of an email that does not fit into one request: in the staging folder, with
 * all of their files, and then moves them. Whoever stops in between leaves it to the next, as the
 * ledger names the messages; before they are moved nothing has happened that anybody could see.
 * Never throws.
 */
export async function makeLarge(
  deps: LargeDeps,
  claim: Claim,
  copy: PreparedCopy,
): Promise<Ending> {
  const { turn, log } = deps;
  const work = createWork(deps, claim, copy);
  for (let looks = 0; looks < mostLooks; looks++) {
    if (turn.end()) return refused;
    if (turn.mailboxFault) return failed(turn.mailboxFault.message);
    try {
      const ending = await work.goOn();
      if (ending) return ending;
    } catch (error) {
      try {
        const ending = await work.afterFault(error);
        if (ending) return ending;
      } catch (trouble) {
        log.error(`A large message could not be gone on with: ${messageOf(trouble)}`);
        turn.finish('The storage has trouble.', laterMs);
        return refused;
      }
    }
  }
  turn.finish('A large message is not complete yet.', laterMs);
  return refused;
}

function createWork(deps: LargeDeps, claim: Claim, copy: PreparedCopy) {
  const { writer, turn, clock, place, sizeLimit } = deps;
  const { staging } = writer;
  let current = copy;
  const notes = createBuildNotes(deps, claim, () => current.partial);
  /** How large the message is that is being added to. */
  let size = 0;

  function checkTurn(): void {
    if (turn.end() || turn.mailboxFault) throw new BuildLeft();
  }

  /** Waits for the mailbox's pace, where the turn has the time. */
  async function paced<T>(request: () => Promise<T>): Promise<T> {
    checkTurn();
    const wait = turn.lane.pausedUntil() - clock.now().getTime();
    if (wait > 0 && wait <= patienceMs && turn.lasts(wait)) await clock.sleep(wait);
    return request();
  }

  async function makeParts({ parts }: MessagePlan): Promise<void> {
    await deps.noteStaging();
    for (const [i, { body, files }] of parts.entries()) {
      const made = notes.build().parts;
      if (made[i]) continue;
      const inline = files.filter((file) => file.inline);
      size = body.length - inline.reduce((sum, { bytes }) => sum + bytes / 3, 0);
      const staged = await paced(() => staging.create(body));
      turn.answered();
      const now = parts.map((_, at) => (at === i ? staged : (made[at] ?? null)));
      await notes.record({ parts: now });
    }
  }

  const fillDeps = {
    ...{ attachments: staging.files, sessions: deps.sessions, turn, checkTurn, paced },
    ...{ sizes: deps.uploadSizes, emails: deps.emails, readEmail: deps.readEmail },
    growing(bytes: number) {
      size = bytes;
    },
  };

  /** True once all messages have all of their files. */
  function fill({ parts }: MessagePlan): Promise<boolean> {
    const made = notes.build().parts;
    const messages = parts.map((part, i) => ({ part, messageId: made[i]?.id ?? '' }));
    return deps.streams(() => fillMessages(fillDeps, claim.entry, messages));
  }

  /** The first part last: where it is, the others are. Returns its id. */
  async function move(): Promise<string> {
    const { parts } = notes.build();
    for (const part of parts.toReversed()) {
      const at = part && (await paced(() => staging.whereIs(part.id)));
      if (!part || at === undefined) throw new BuildBroken();
      deps.moved.add(part.id);
      if (at === part.folderId) await paced(() => staging.move(place, part.id));
    }
    return parts[0]?.id ?? '';
  }

  /** The plan for the limit that is known now; an ending, if there can be none. */
  async function planned(): Promise<MessagePlan | Ending> {
    const isStale = !current.plan || current.limit !== sizeLimit.bytes();
    if (isStale && current.failure === undefined) {
      current = await deps.plan({ ...current, build: writeBuild(notes.build()) });
    }
    if (current.failure !== undefined) return failed(current.failure);
    const { plan, limit } = current;
    if (!plan || limit === undefined) throw new BuildLeft();
    const build = notes.build();
    const isOther = build.limit !== limit || build.parts.length > plan.parts.length;
    if (isOther) await notes.beginAnew(limit, build.restarts);
    return plan;
  }

  async function goOn(): Promise<Ending | undefined> {
    if (!notes.build().moving) {
      const plan = await planned();
      if ('kind' in plan) return plan;
      await makeParts(plan);
      if (!(await fill(plan))) return undefined;
      await notes.record({ moving: true });
    }
    const messageId = await move();
    turn.succeeded();
    return { kind: 'made', messageId };
  }

  return { goOn, afterFault: createLargeFaults(deps, notes, () => size) };
}
