import { readFileSync } from 'node:fs';

/**
 * Time since boot in which some process of this machine wanted a processor and had none, ms (Linux pressure stall information). No
 * process can have waited longer. 0 where the kernel does not tell.
 */
export function cpuStallMs(): number {
  try {
    const [, totalUs = '0'] = /^some .*total=(\d+)/m.exec(readFileSync('/proc/pressure/cpu', 'utf8')) ?? [];
    return Number(totalUs) / 1_000;
  } catch {
    return 0;
  }
}
