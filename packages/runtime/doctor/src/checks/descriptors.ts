import { readFileSync } from 'node:fs';
import { ok, warn, type Check } from '../check.js';

const enough = 4_096;

/** Each device, client and Host takes some. */
export const descriptors: Check = {
  id: 'descriptors',
  run({ running }) {
    const limit = softLimit(running?.pid ?? process.pid);
    if (limit === undefined) return ok('how many files may be open cannot be seen from here');
    if (limit >= enough) return ok(`${limit} files may be open at once`);
    return warn(
      `only ${limit} files may be open at once`,
      `set LimitNOFILE=65536 in the unit, or: ulimit -n ${enough}`,
    );
  },
};

function softLimit(pid: number): number | undefined {
  try {
    const written = /^Max open files\s+(\S+)/m.exec(readFileSync(`/proc/${pid}/limits`, 'utf8'))?.[1];
    return written === 'unlimited' ? Infinity : Number(written) || undefined;
  } catch {
    return undefined;
  }
}
