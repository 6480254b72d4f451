import * as df from 'durable-functions';
import { theApp } from '../shared/app/app.ts';
import type { PageRef } from '../shared/archive/runs/runIds.ts';

df.app.activity('convertPage', {
  handler: async (ref: PageRef) => (await theApp()).tryToConvertPage(ref),
});
