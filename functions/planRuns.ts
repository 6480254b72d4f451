import * as df from 'durable-functions';
import { theApp } from '../shared/app/app.ts';

df.app.activity('planRuns', {
  handler: async () => (await theApp()).planRuns(),
});
