import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';

export interface Ended {
  /** Null if it was killed. */
  code: number | null;
  stdout: string;
  stderr: string;
}

/** The product, as a process of its own. */
export interface HostProcess {
  ended: Promise<Ended>;
  /** SIGKILL; resolves when it is dead. */
  kill(): Promise<void>;
  freeze(): void;
  thaw(): void;
}

const root = path.resolve(import.meta.dirname, '../..');

/** `npm run host` with these settings and arguments. */
export function startHost(env: Record<string, string>, args: string[]): HostProcess {
  const child = spawn(process.execPath, ['local/host.ts', ...args], {
    ...{ cwd: root, stdio: ['ignore', 'pipe', 'pipe'] },
    env: { PATH: process.env.PATH, ...env },
  });
  const output = { stdout: '', stderr: '' };
  child.stdout?.on('data', (chunk) => {
    output.stdout += chunk;
  });
  child.stderr?.on('data', (chunk) => {
    output.stderr += chunk;
  });
  const ended = once(child, 'close').then(([code]) => ({ code, ...output }));
  return {
    ended,
    async kill() {
      child.kill('SIGKILL');
      await ended;
    },
    freeze: () => void child.kill('SIGSTOP'),
    thaw: () => void child.kill('SIGCONT'),
  };
}
