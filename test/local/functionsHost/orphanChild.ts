import { stopWhenOrphaned } from '../../../local/functionsHost/owners.ts';

stopWhenOrphaned(() => {
  process.stdout.write('orphan\n');
  process.exit();
}, 50);
setInterval(() => {}, 1_000);
process.on('disconnect', () => {});
process.send?.('ready');
