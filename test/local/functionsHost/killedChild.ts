import { join } from 'node:path';
import { createFunctionsHost } from '../../../local/functionsHost/functionsHost.ts';
import { silentLog } from '../../../shared/log.ts';

const host = await createFunctionsHost({
  env: process.env,
  root: process.argv[2] ?? '',
  functionFiles: [join(import.meta.dirname, 'functions', 'killed.ts')],
  log: silentLog,
  timers: false,
});
if (!(await host.status('whole'))) await host.startOrchestration('whole', null, 'whole');
process.send?.('ready');
