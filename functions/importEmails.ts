import { app } from '@azure/functions';
import { theApp } from '../shared/app/app.ts';
import { archiveConnection, containers } from '../shared/names.ts';
import { importTriggerSource } from '../shared/settings.ts';

app.storageBlob('importEmails', {
  path: `${containers.imports}/{mailbox}/{order}`,
  connection: archiveConnection,
  source: importTriggerSource(process.env),
  handler: async (_order, context) => {
    const mailbox = String(context.triggerMetadata?.mailbox);
    await (await theApp()).importEmails(mailbox);
  },
});
