import { readFileSync } from 'node:fs';
import { freemem } from 'node:os';
import { ok, warn, type Check } from '../check.js';

const mebibyte = 1 << 20;
const fewBytes = 200 * mebibyte;

export const memory: Check = {
  id: 'memory',
  run() {
    const bytes = availableBytes();
    const said = `${Math.floor(bytes / mebibyte)} MiB of memory are available`;
    return bytes < fewBytes
      ? warn(said, 'give the machine more memory, or stop what else runs on it; a Host takes 40 to 100 MiB')
      : ok(said);
  },
};

/** What Linux reckons can be had without swapping. */
function availableBytes(): number {
  try {
    return Number(/^MemAvailable:\s+(\d+) kB/m.exec(readFileSync('/proc/meminfo', 'utf8'))?.[1]) * 1_024 || freemem();
  } catch {
    return freemem();
  }
}
