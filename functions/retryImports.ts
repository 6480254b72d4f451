import { app } from '@azure/functions';
import { theApp } from '../shared/app/app.ts';
import { archiveConnection, queues } from '../shared/names.ts';

app.storageQueue('retryImports', {
  queueName: queues.retryImports,
  connection: archiveConnection,
  handler: async (message) => (await theApp()).retryImports(message),
});
