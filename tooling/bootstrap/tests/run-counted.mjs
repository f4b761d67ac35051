import { main } from '../terminal/failure.mjs';
import { closingLine, isSuccess, nothing } from './tally.mjs';

/**
 * Runs what counts tests and ends with the line that scripts read, whatever happens before it.
 * @param {() => Promise<import('./tally.mjs').Tally>} command
 */
export async function runCounted(command) {
  let tally = nothing;
  await main(async () => {
    tally = await command();
    return isSuccess(tally) ? 0 : 1;
  });
  // A preparation that failed ran nothing, which must not read as "nothing failed".
  if (process.exitCode !== 0 && tally.failed === 0) tally = { ...tally, failed: 1 };
  console.log(closingLine(tally));
}
