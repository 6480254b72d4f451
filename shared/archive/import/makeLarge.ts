import type { ContainerClient } from '@azure/storage-blob';
import type { LimitFunction } from 'p-limit';
import type { Clock } from '../../clock.ts';
import type { ReadEmailStream } from '../../email/types.ts';
import { messageOf } from '../../errors.ts';
import type { Log } from '../../log.ts';
import { RemoteFault } from '../../mailbox/faults.ts';
import type { MessagePlan } from '../../mailbox/message.ts';
import type { Place } from '../../mailbox/place.ts';
import type { SizeLimit } from '../../mailbox/sizeLimit.ts';
import type { MailboxWriter } from '../../mailbox/writer.ts';
import { type Build, newBuild, readBuild, writeBuild } from './build.ts';
import { BuildAgain, BuildBroken, BuildLeft } from './buildErrors.ts';
import type { Claim, Copies } from './copies.ts';
import type { Ending } from './copyRows.ts';
import { fillMessages } from './fillMessages.ts';
import type { PreparedCopy } from './prepareCopy.ts';
import type { UploadSizes } from './sendFile.ts';
import type { Turn } from './turn.ts';
import type { UploadSessions } from './uploadSessions.ts';

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
  /** Notes that there may be something in the staging folder from now on. */
  noteStaging(): Promise<void>;
  /** Reads the email, and plans its messages under the limit that is known now. */
  plan(copy: PreparedCopy): Promise<PreparedCopy>;
}

/** What is worth waiting for within a turn, since a new turn reads the email anew. */
const patienceMs = 60_000;
const mostRestarts = 5;
/** How often one turn looks anew at what there is. */
const mostLooks = 30;
const laterMs = 60_000;

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
  const { writer, turn, clock, log, place, sizeLimit } = deps;
  const { staging } = writer;
  let current = copy;
  let build: Build = readBuild(claim.row.build) ?? newBuild(sizeLimit.bytes());
  /** How large the message is that is being added to. */
  let size = 0;
  let unlisted = 0;

  /** Whoever can't write it down any more does nothing more. */
  async function record(change: Partial<Build>) {
    const { partial } = current;
    const next = { ...build, ...change };
    const text = writeBuild(next);
    if (!(await deps.copies.renew(claim, { build: text, partial })))
      throw new BuildLeft();
    build = next;
  }

  async function beginAnew(limit: number, restarts: number): Promise<void> {
    for (const part of build.parts) if (part) await writer.discard(part.id);
    await record({ parts: [], moving: false, limit, restarts });
  }

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
      if (build.parts[i]) continue;
      const inline = files.filter((file) => file.inline);
      size = body.length - inline.reduce((sum, { bytes }) => sum + bytes / 3, 0);
      const staged = await paced(() => staging.create(body));
      turn.answered();
      const made = parts.map((_, at) => (at === i ? staged : (build.parts[at] ?? null)));
      await record({ parts: made });
    }
  }

  const fillDeps = {
    ...{ attachments: staging.files, sessions: deps.sessions, turn, checkTurn, paced },
    ...{ sizes: deps.uploadSizes, emails: deps.emails, readEmail: deps.readEmail },
    growing(bytes: number) {
      size = bytes;
    },
  };

  /** The first part last: where it is, the others are. Returns its id. */
  async function move(): Promise<string> {
    for (const part of build.parts.toReversed()) {
      const at = part && (await paced(() => staging.whereIs(part.id)));
      if (!part || at === undefined) throw new BuildBroken();
      if (at === part.folderId) await paced(() => staging.move(place, part.id));
    }
    return build.parts[0]?.id ?? '';
  }

  async function goOn(): Promise<Ending | undefined> {
    if (!build.moving) {
      const isStale = !current.plan || current.limit !== sizeLimit.bytes();
      if (isStale && current.failure === undefined) {
        current = await deps.plan({ ...current, build: writeBuild(build) });
      }
      if (current.failure !== undefined) return failed(current.failure);
      const { plan, limit } = current;
      if (!plan || limit === undefined) throw new BuildLeft();
      const isOther = build.limit !== limit || build.parts.length > plan.parts.length;
      if (isOther) await beginAnew(limit, build.restarts);
      await makeParts(plan);
      const messages = plan.parts.map((part, i) => ({
        ...{ part, messageId: build.parts[i]?.id ?? '' },
      }));
      const fill = () => fillMessages(fillDeps, claim.entry, messages);
      if (!(await deps.streams(fill))) return undefined;
      await record({ moving: true });
    }
    const messageId = await move();
    turn.succeeded();
    return { kind: 'made', messageId };
  }

  /** An ending, or nothing: then it is worth another look. */
  async function afterFault(error: unknown): Promise<Ending | undefined> {
    if (error instanceof BuildAgain) return undefined;
    if (error instanceof BuildLeft) {
      if (!turn.mailboxFault) turn.finish('A large message is not complete yet.', 0);
      return turn.mailboxFault ? undefined : refused;
    }
    if (error instanceof BuildBroken) return restarted();
    if (error instanceof RemoteFault) {
      switch (error.reaction) {
        case 'unknown':
          turn.slowDown(error);
          return undefined;
        case 'folderGone':
          return build.moving || (await allStaged()) ? undefined : restarted();
        case 'tooLarge':
          return smaller(error);
        case 'failItem':
          return failed(error.message);
        case 'unlisted':
          if (++unlisted >= mostRestarts) return failed(error.message);
          await clock.sleep(1_000 * unlisted);
          return undefined;
      }
    }
    if (turn.takes(error)) return undefined;
    log.error(`A large message is left for later: ${messageOf(error)}`);
    turn.finish('Something unforeseen happened.', laterMs);
    return refused;
  }

  async function allStaged(): Promise<boolean> {
    for (const part of build.parts) {
      const at = part && (await staging.whereIs(part.id));
      if (part && at === undefined) return false;
    }
    return true;
  }

  async function restarted(): Promise<Ending | undefined> {
    if (build.restarts >= mostRestarts) {
      return failed(
        'The message with its large files did not become complete in the mailbox, however often it was begun anew. Its email is kept in the archive; report this.',
      );
    }
    await beginAnew(build.limit, build.restarts + 1);
    return undefined;
  }

  /** Exchange says that a message is too large, but not how large one may be. */
  async function smaller(fault: RemoteFault): Promise<Ending | undefined> {
    if (fault.status === 413 || !sizeLimit.learn(size)) return failed(fault.message);
    return undefined;
  }

  return { goOn, afterFault };
}
