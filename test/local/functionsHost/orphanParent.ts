import { spawn } from 'node:child_process';

const child = spawn(
  process.execPath,
  [new URL('./orphanChild.ts', import.meta.url).pathname],
  { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] },
);
child.once('message', () => process.send?.('ready'));
