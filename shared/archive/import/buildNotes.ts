import type { MailboxWriter } from '../../mailbox/writer.ts';
import { type Build, newBuild, readBuild, writeBuild } from './build.ts';
import { BuildLeft } from './buildErrors.ts';
import type { Claim, Copies } from './copies.ts';

/** How far a large message is, as the ledger has it. */
export interface BuildNotes {
  build(): Build;
  /** Writes it down; throws `BuildLeft` where somebody else has the copy now. */
  record(change: Partial<Build>): Promise<void>;
  /** Removes what was made, for messages under that limit (bytes). */
  beginAnew(limit: number, restarts: number): Promise<void>;
}

/** Goes on with what the claim's row knows. `partial`: why the copy is not the whole email. */
export function createBuildNotes(
  deps: { writer: MailboxWriter; copies: Copies; sizeLimit: { bytes(): number } },
  claim: Claim,
  partial: () => string | undefined,
): BuildNotes {
  let build = readBuild(claim.row.build) ?? newBuild(deps.sizeLimit.bytes());

  /** Whoever can't write it down any more does nothing more. */
  async function record(change: Partial<Build>) {
    const next = { ...build, ...change };
    const renewed = { build: writeBuild(next), partial: partial() };
    if (!(await deps.copies.renew(claim, renewed))) throw new BuildLeft();
    build = next;
  }

  return {
    build: () => build,
    record,
    async beginAnew(limit, restarts) {
      for (const part of build.parts) if (part) await deps.writer.discard(part.id);
      await record({ parts: [], moving: false, limit, restarts });
    },
  };
}
