import { app, output } from '@azure/functions';

app.timer('writes', {
  schedule: '0 0 0 * * *',
  return: output.storageQueue({ queueName: 'work', connection: 'Store' }),
  handler: () => 'x',
});

app.eventHub('hub', { connection: 'Hub', eventHubName: 'hub', handler: () => {} });
