import { app } from '@azure/functions';
import { theApp } from '../shared/app/app.ts';
import { archiveConnection, queues } from '../shared/names.ts';

app.storageQueue('poisonDeliver', {
  queueName: `${queues.deliverEmails}-poison`,
  connection: archiveConnection,
  handler: async (message) => (await theApp()).recordPoison({ kind: 'deliver', message }),
});
