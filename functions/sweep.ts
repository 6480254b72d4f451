import * as df from 'durable-functions';
import { theApp } from '../shared/app/app.ts';
import { aliveIn } from '../shared/archive/instances.ts';
import { scheduleOf } from '../shared/settings.ts';

df.app.client.timer('sweep', {
  schedule: scheduleOf('SWEEP_SCHEDULE', process.env),
  handler: async (timer, client, context) => {
    const app = await theApp();
    // Past due means that the host was away: nothing can be under way, so no age is waited for.
    const report = await app.sweep(aliveIn(client), { atOnce: timer.isPastDue });
    context.log(`Swept: ${JSON.stringify(report)}`);
  },
});
