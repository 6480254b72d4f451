import { fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { hostname } from 'node:os';
import { describe, expect, it } from 'vitest';
import { isGone, ownerId } from '../../../local/functionsHost/owners.ts';

describe('an owner', () => {
  it('is not gone while its process runs', () => {
    expect(isGone(ownerId())).toBe(false);
    expect(ownerId()).toMatch(/^\d+\.\d+@.+$/);
  });

  it('is gone when its process has ended', async () => {
    const child = spawn(process.execPath, ['-e', '']);
    const id = `${child.pid}.1@${hostname()}`;
    await once(child, 'exit');

    expect(isGone(id)).toBe(true);
  });

  it('is gone when another process has its number', () => {
    expect(isGone(ownerId().replace(/\.\d+@/, '.1@'))).toBe(true);
  });

  it.runIf(process.platform === 'linux')(
    'is told from another process that has its number now',
    () => {
      expect(isGone(`${process.ppid}.1@${hostname()}`)).toBe(true);
    },
  );

  it('is not judged on another machine, or in another form', () => {
    expect(isGone('1.1@elsewhere.invalid')).toBe(false);
    expect(isGone('')).toBe(false);
  });
});

describe('a process whose parent is killed', () => {
  it('is told so', async () => {
    const middle = fork(new URL('./orphanParent.ts', import.meta.url).pathname, {
      stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
      execArgv: [],
    });
    await once(middle, 'message');
    middle.kill('SIGKILL');
    const [output] = await once(middle.stdout ?? middle, 'data');

    expect(String(output)).toBe('orphan\n');
  });
});
