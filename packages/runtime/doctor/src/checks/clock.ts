import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fail, ok, warn, type Check } from '../check.js';

/** Before it this program was not written. */
const firstYear = 2026;
const toleranceMs = 60_000;

/** Values, certificates and the audit are worth what the clock is. */
export const clock: Check = {
  id: 'clock',
  run({ home, now }) {
    const remedy = 'let a time service set the clock: systemd-timesyncd, chrony, or the time of the plant';
    if (now.getUTCFullYear() < firstYear) return fail(`the clock says ${now.toISOString()}, which is before this program was made`, remedy); // prettier-ignore
    const newestMs = newestFileMs(home);
    if (newestMs > now.getTime() + toleranceMs) {
      return warn(`the clock was set back: files in ${home} are of ${new Date(newestMs).toISOString()}`, remedy);
    }
    if (existsSync('/run/systemd/timesync/synchronized')) return ok('the clock is synchronised by systemd-timesyncd');
    if (existsSync('/run/systemd/timesync'))
      return warn('systemd-timesyncd runs and has not set the clock yet', remedy);
    return ok(`the clock says ${now.toISOString()}; who sets it cannot be seen from here`);
  },
};

function newestFileMs(home: string): number {
  try {
    return Math.max(0, ...readdirSync(home).map((name) => statSync(join(home, name), { throwIfNoEntry: false })?.mtimeMs ?? 0)); // prettier-ignore
  } catch {
    return 0;
  }
}
