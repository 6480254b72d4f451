import { describe, expect } from 'vitest';
import { type Case, expectSentence } from '../cases.ts';
import { type ContractSubject, credentialProblems } from '../subject.ts';
import { sayMany } from '../talks.ts';

export function describeCredentials(subject: ContractSubject, test: Case): void {
  const prefix = `${subject.type.type.toUpperCase()}_EU_`;
  const said = new Set<string>();

  describe('a connector that is not let in', () => {
    for (const problem of credentialProblems) {
      test(
        `because of ${problem} says so in a sentence of its own`,
        [problem],
        async (open) => {
          const stage = await open({ problem });
          await sayMany(stage, 3);
          const { failed, emails } = await stage.run();
          expect(emails).toEqual([]);
          expect(failed).toMatchObject({ kind: 'failed', misconfigured: true });
          const { message = '' } = failed ?? {};
          expectSentence(message);
          expect(said).not.toContain(message);
          said.add(message);
          if (problem !== 'a missing scope') expect(message).toContain(prefix);
          for (const secret of stage.confidential())
            expect(message).not.toContain(secret);
        },
      );
    }
  });
}
