import { describe, expect, it } from 'vitest';
import { createCase, expectSentence } from './cases.ts';
import { describeCredentials } from './contract/credentials.ts';
import { describeFiles } from './contract/files.ts';
import { describeItems } from './contract/items.ts';
import { describePeople } from './contract/people.ts';
import { describeRuns } from './contract/runs.ts';
import { describeTroubles } from './contract/troubles.ts';
import type { ContractSubject } from './subject.ts';

/** What every connector has to pass, whatever its vendor. */
export function describeContract(subject: ContractSubject): void {
  const test = createCase(subject);
  describe(`${subject.name}, as every connector`, () => {
    it('has a sentence for all that its source cannot do', () => {
      for (const reason of Object.values(subject.lacks)) expectSentence(reason);
    });

    it('has settings that each are described', () => {
      for (const setting of Object.values(subject.type.settings.shape)) {
        expect('description' in setting && setting.description).toBeTruthy();
      }
    });

    describeRuns(subject, test);
    describeItems(subject, test);
    describePeople(test);
    describeFiles(test);
    describeTroubles(subject, test);
    describeCredentials(subject, test);
  });
}
