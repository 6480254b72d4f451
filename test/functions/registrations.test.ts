import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';

/** What Azure would see: `npm run build` has to come first, as in `npm test`. */
function registered(env: Record<string, string> = {}) {
  const printed = execFileSync('node', ['test/functions/listRegistrations.ts'], {
    env: { PATH: process.env.PATH, ...env },
    encoding: 'utf8',
  });
  return JSON.parse(printed);
}

const queue = (queueName: string) => ({
  ...{ type: 'queueTrigger', direction: 'in' },
  ...{ queueName, connection: 'ArchiveStorage' },
});
const timer = (schedule: string) => ({ type: 'timerTrigger', direction: 'in', schedule });
const durableClient = { type: 'durableClient', direction: 'in' };
const blob = (source: string) => ({
  ...{ type: 'blobTrigger', direction: 'in', connection: 'ArchiveStorage' },
  ...{ path: 'imports/{mailbox}/{order}', source },
});

describe('the built app', () => {
  it('registers every function, on the names that others rely on', () => {
    const found = registered();
    expect(found).toMatchObject({
      archiveSchedule: [timer('0 0 1 * * *'), durableClient],
      sweep: [timer('0 */5 * * * *'), durableClient],
      archiveRun: [{ type: 'orchestrationTrigger' }],
      connectorRun: [{ type: 'orchestrationTrigger' }],
      planRuns: [{ type: 'activityTrigger' }],
      beginRun: [{ type: 'activityTrigger' }, durableClient],
      fetchWebex: [{ type: 'activityTrigger' }],
      fetchSkype: [{ type: 'activityTrigger' }],
      fetchRingCentral: [{ type: 'activityTrigger' }],
      fetchZoom: [{ type: 'activityTrigger' }],
      fetchSymphony: [{ type: 'activityTrigger' }],
      convertPage: [{ type: 'activityTrigger' }],
      closeWindow: [{ type: 'activityTrigger' }],
      settleRun: [{ type: 'activityTrigger' }],
      deliverEmails: [queue('deliver-emails')],
      retryImports: [queue('retry-imports')],
      importEmails: [blob('LogsAndContainerScan')],
      poisonDeliver: [queue('deliver-emails-poison')],
      poisonRetry: [queue('retry-imports-poison')],
      poisonImport: [queue('webjobs-blobtrigger-poison')],
    });
    expect(Object.keys(found)).toHaveLength(20);
  });

  it('takes schedules and the blob trigger from the settings, and from where it runs', () => {
    const settings = { ARCHIVE_SCHEDULE: '0 30 2 * * *', SWEEP_SCHEDULE: '0 0 * * * *' };
    const found = registered({ ...settings, WEBSITE_INSTANCE_ID: 'an-instance' });
    expect(found).toMatchObject({
      archiveSchedule: [timer('0 30 2 * * *'), durableClient],
      sweep: [timer('0 0 * * * *'), durableClient],
      importEmails: [blob('EventGrid')],
    });
  });
});
