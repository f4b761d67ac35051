import { readFileSync } from 'node:fs';

/**
 * What makes a process id mean one process only: pids are used again, start times within one boot are not. Undefined where
 * there is no /proc; then only the pid is compared.
 */
export interface ProcessIdentity {
  readonly pid: number;
  /** Clock ticks after boot, field 22 of /proc/<pid>/stat. */
  readonly startTicks: string | undefined;
  readonly bootId: string | undefined;
}

export function processIdentity(pid: number): ProcessIdentity {
  return { pid, startTicks: startTicks(pid), bootId: readOrUndefined('/proc/sys/kernel/random/boot_id')?.trim() };
}

export function isSameProcessAlive(recorded: ProcessIdentity): boolean {
  try {
    process.kill(recorded.pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
  }
  const now = processIdentity(recorded.pid);
  return now.startTicks === recorded.startTicks && now.bootId === recorded.bootId;
}

function startTicks(pid: number): string | undefined {
  const stat = readOrUndefined(`/proc/${pid}/stat`);
  // The command name may hold spaces and parentheses; what follows its last parenthesis starts with field 3.
  return stat?.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
}

function readOrUndefined(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
