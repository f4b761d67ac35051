import { readFileSync } from 'node:fs';

/** What tells one process from another that got the same pid later. */
export interface ProcessIdentity {
  readonly pid: number;
  /** Start time in clock ticks after boot, as /proc/<pid>/stat has it. */
  readonly startTicks: string;
}

/** Undefined when there is no such process, or no /proc. */
export function processIdentity(pid: number): ProcessIdentity | undefined {
  const stat = readText(`/proc/${pid}/stat`);
  // proc(5): the name in parentheses may hold spaces; the start time is field 22, the 20th after it.
  const startTicks = stat?.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
  return startTicks === undefined ? undefined : { pid, startTicks };
}

/** Changes with every boot; undefined where the system has none. */
export function bootId(): string | undefined {
  return readText('/proc/sys/kernel/random/boot_id')?.trim();
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
