import { describeOutcome, type FaultResult } from './fault-run.js';

/** Names wide enough for the longest fault. */
const widths = [38, 40, 9, 12, 10, 9] as const;

const cells = (...texts: readonly string[]): string =>
  texts.map((text, i) => (i < 2 ? text.padEnd(widths[i]) : text.padStart(widths[i] ?? 0))).join('  ');

export const heading = cells('fault', 'what became of the driver', 'after ms', 'longest scan', 'allowed', 'RSS MB');

/** One line per fault; what is not as it must be stands below it. */
export function resultLine({ fault, seen, tookMs, scans, limitMs, residentBytes, failure }: FaultResult): string {
  const became = seen
    ? describeOutcome({ ...seen, cause: fault.outcome.cause, crashLoop: openOnly(seen.crashLoop) })
    : '';
  const line = cells(
    fault.name,
    became,
    tookMs.toFixed(0),
    scans.longestIntervalMs.toFixed(0),
    fault.stopsGateway ? 'stopped' : limitMs.toFixed(0),
    (residentBytes / 1e6).toFixed(1),
  );
  return failure === undefined ? line : `${line}\n  FAILED: ${failure}`;
}

const openOnly = (crashLoop: string): 'open' | undefined => (crashLoop === 'open' ? 'open' : undefined);
