import * as df from 'durable-functions';
import { compactTime } from '../shared/archive/state/tableKeys.ts';
import { scheduleOf } from '../shared/settings.ts';

df.app.client.timer('archiveSchedule', {
  schedule: scheduleOf('ARCHIVE_SCHEDULE', process.env),
  handler: async (_timer, client) => {
    const instanceId = `archive-${compactTime(new Date())}`;
    await client.startNew('archiveRun', { instanceId, input: {} });
  },
});
