import { bootId, processIdentity } from '@fieldwarden/supervisor';

/** Who holds a home directory: pids are used again, start times within one boot are not. */
export interface LockHolder {
  readonly pid: number;
  /** Undefined where there is no /proc; then only the pid is compared. */
  readonly startTicks: string | undefined;
  readonly bootId: string | undefined;
}

export function lockHolder(pid: number): LockHolder {
  return { pid, startTicks: processIdentity(pid)?.startTicks, bootId: bootId() };
}

export function isAlive(recorded: LockHolder): boolean {
  try {
    process.kill(recorded.pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
  }
  const now = lockHolder(recorded.pid);
  return now.startTicks === recorded.startTicks && now.bootId === recorded.bootId;
}
