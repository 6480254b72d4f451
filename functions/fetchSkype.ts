import * as df from 'durable-functions';
import { theApp } from '../shared/app/app.ts';
import type { FetchRequest } from '../shared/archive/runs/runMessages.ts';

df.app.activity('fetchSkype', {
  handler: async (request: FetchRequest) => (await theApp()).fetchPage(request),
});
