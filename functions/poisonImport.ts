import { app } from '@azure/functions';
import { theApp } from '../shared/app/app.ts';
import { archiveConnection, blobPoisonQueue } from '../shared/names.ts';

app.storageQueue('poisonImport', {
  queueName: blobPoisonQueue,
  connection: archiveConnection,
  handler: async (message) => (await theApp()).recordPoison({ kind: 'import', message }),
});
