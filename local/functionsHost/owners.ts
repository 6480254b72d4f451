import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';

/**
 * Who holds a lease or a lock: this process, as `PID.START@MACHINE`. START tells it from another
 * process that later gets the same number.
 */
export function ownerId(): string {
  return own;
}

/**
 * True only if the owner was a process on this machine and is no more. Of another machine's, or
 * of an id in another form, nothing is known here: false.
 */
export function isGone(owner: string): boolean {
  const parts = /^(\d+)\.(\d+)@(.+)$/.exec(owner);
  if (parts?.[3] !== hostname()) return false;
  const pid = Number(parts[1]);
  if (pid === process.pid) return owner !== own;
  if (!exists(pid)) return true;
  const start = startOnLinux(pid);
  return start !== undefined && start !== parts[2];
}

const processStart =
  startOnLinux(process.pid) ?? String(Math.round(performance.timeOrigin));
const own = `${process.pid}.${processStart}@${hostname()}`;

function exists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it is there, but belongs to somebody else.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

/**
 * When a process started, in ticks since the machine did; `'0'` for one that ended and whose
 * parent has not noticed. Undefined where there is no /proc.
 * https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html
 */
function startOnLinux(pid: number): string | undefined {
  if (process.platform !== 'linux') return undefined;
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The second field is the program's name in brackets; it may hold spaces and brackets.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' || fields[0] === 'X' ? '0' : fields[19];
  } catch {
    return undefined;
  }
}

/**
 * Calls back once when the process that started this one is gone: npm passes no SIGKILL on, and
 * a host without its npm would go on for ever. Returns a function that stops watching.
 */
export function stopWhenOrphaned(onOrphan: () => void, everyMs = 500): () => void {
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    onOrphan();
  }, everyMs);
  timer.unref();
  return () => clearInterval(timer);
}
