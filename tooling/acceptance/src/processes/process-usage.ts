import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

const ticksPerSecond = Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }));
const pageBytes = Number(execFileSync('getconf', ['PAGESIZE'], { encoding: 'utf8' }));

/** What the kernel accounts to one process so far. Linux only. */
export interface MeasuredUsage {
  /** User and system time of all threads, seconds. */
  readonly cpuSeconds: number;
  readonly residentBytes: number;
  /** Resident without pages shared with files and other processes: what the process costs. */
  readonly privateBytes: number;
}

export function processUsage(pid: number): MeasuredUsage {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [, resident, shared] = readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ').map(Number);
  return {
    cpuSeconds: (Number(fields[11]) + Number(fields[12])) / ticksPerSecond,
    residentBytes: resident * pageBytes,
    privateBytes: (resident - shared) * pageBytes,
  };
}
