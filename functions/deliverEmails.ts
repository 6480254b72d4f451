import { app } from '@azure/functions';
import { theApp } from '../shared/app/app.ts';
import { archiveConnection, queues } from '../shared/names.ts';

app.storageQueue('deliverEmails', {
  queueName: queues.deliverEmails,
  connection: archiveConnection,
  handler: async (message) => (await theApp()).deliverEmails(message),
});
