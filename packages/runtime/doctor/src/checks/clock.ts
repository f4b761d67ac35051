import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fail, ok, warn, type Check, type CheckResult } from '../check.js';
import { timeSource, type TimeSource } from '../facts/time-source.js';

/** Before it this program was not written. */
const firstYear = 2026;
const toleranceMs = 60_000;

/** Values, certificates and the audit are worth what the clock is. */
export const clock: Check = {
  id: 'clock',
  async run({ home, now }) {
    if (now.getUTCFullYear() < firstYear) return fail(`the clock says ${now.toISOString()}, which is before this program was made`, remedy); // prettier-ignore
    const newestMs = newestFileMs(home);
    if (newestMs > now.getTime() + toleranceMs) {
      return warn(`the clock was set back: files in ${home} are of ${new Date(newestMs).toISOString()}`, remedy);
    }
    return judged(await timeSource(), now);
  },
};

const remedy = 'let a time service set the clock: systemd-timesyncd, chrony, or the time of the plant';

/** What is said of who sets the clock. */
export function judged({ name, isSynchronised }: TimeSource, now: Date): CheckResult {
  if (isSynchronised === true) return ok(`the clock is synchronised${name === undefined ? '' : ` by ${name}`}`);
  if (isSynchronised === false && name !== undefined) return warn(`${name} runs and has not set the clock yet`, remedy);
  if (isSynchronised === false) return warn('nobody sets the clock', remedy);
  if (name !== undefined) return ok(`the clock is set by ${name}; whether it is right yet cannot be seen from here`);
  return ok(`the clock says ${now.toISOString()}; who sets it cannot be seen from here`);
}

function newestFileMs(home: string): number {
  try {
    return Math.max(0, ...readdirSync(home).map((name) => statSync(join(home, name), { throwIfNoEntry: false })?.mtimeMs ?? 0)); // prettier-ignore
  } catch {
    return 0;
  }
}
