import * as df from 'durable-functions';
import { theApp } from '../shared/app/app.ts';
import type { RunRef } from '../shared/archive/runs/runMessages.ts';

df.app.activity('settleRun', {
  handler: async (run: RunRef) => (await theApp()).settleRun(run),
});
