import { readFileSync } from 'node:fs';

/** What tells one process from another that got the same pid later. */
export interface ProcessIdentity {
  readonly pid: number;
  /** Start time in clock ticks after boot, as /proc/<pid>/stat has it. */
  readonly startTicks: string;
}

/** Undefined when there is no such process, or no /proc. */
export function processIdentity(pid: number): ProcessIdentity | undefined {
  // proc(5): the start time is field 22, the 20th after the name.
  const startTicks = statFields(pid)?.[19];
  return startTicks === undefined ? undefined : { pid, startTicks };
}

/** `R` running, `S` sleeping, `D` in the kernel, `T` stopped by a signal, `t` by a debugger, `Z` not yet reaped. */
export function processState(pid: number): string | undefined {
  return statFields(pid)?.[0];
}

/** Resident memory that no file and no other process shares (proc(5), status); undefined when there is no such process, or no /proc. */
export function privateBytesOf(pid: number): number | undefined {
  const kilobytes = /^RssAnon:\s+(\d+) kB$/m.exec(readText(`/proc/${pid}/status`) ?? '')?.[1];
  return kilobytes === undefined ? undefined : Number(kilobytes) * 1_024;
}

/** The fields of /proc/<pid>/stat behind the name, which stands in parentheses and may hold spaces. */
function statFields(pid: number): readonly string[] | undefined {
  const stat = readText(`/proc/${pid}/stat`);
  return stat?.slice(stat.lastIndexOf(')') + 2).split(' ');
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
