import * as df from 'durable-functions';
import { theApp } from '../shared/app/app.ts';
import type { ArchiveRunInput } from '../shared/archive/runMessages.ts';

df.app.activity('planRuns', {
  handler: async (input: ArchiveRunInput) => (await theApp()).planRuns(input),
});
