import * as df from 'durable-functions';
import { theApp } from '../shared/app/app.ts';
import type { CloseRequest } from '../shared/archive/runs/runMessages.ts';

df.app.activity('closeWindow', {
  handler: async (request: CloseRequest) => (await theApp()).closeWindow(request),
});
