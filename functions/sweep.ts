import * as df from 'durable-functions';
import { theApp } from '../shared/app/app.ts';
import { aliveIn } from '../shared/archive/runs/instances.ts';
import { scheduleOf } from '../shared/settings.ts';

df.app.client.timer('sweep', {
  schedule: scheduleOf('SWEEP_SCHEDULE', process.env),
  handler: async (timer, client, context) => {
    const app = await theApp();
    const report = await app.sweep(aliveIn(client), { isPastDue: timer.isPastDue });
    context.log(`Swept: ${JSON.stringify(report)}`);
  },
});
