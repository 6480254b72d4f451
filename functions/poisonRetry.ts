import { app } from '@azure/functions';
import { theApp } from '../shared/app/app.ts';
import { archiveConnection, queues } from '../shared/names.ts';

app.storageQueue('poisonRetry', {
  queueName: `${queues.retryImports}-poison`,
  connection: archiveConnection,
  handler: async (message) => (await theApp()).recordPoison({ kind: 'retry', message }),
});
