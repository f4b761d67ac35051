/**
 * Everything in `fault-table.ts`, one after the other, against a gateway that was started by its command. Prints a line per fault; exit
 * code 1 if anything was not as SPEC §4 says. Arguments: parts of names of the faults to run; none: all.
 */
import { faultTable } from './fault-table.js';
import { FaultRun } from './fault-run.js';
import { heading, resultLine } from './report.js';

const wanted = process.argv.slice(2);
const chosen = faultTable.filter(({ name }) => wanted.length === 0 || wanted.some((part) => name.includes(part)));

/** What makes the heap and the buffers as large as they get. */
const warmUp: readonly string[] = ['crash', 'hang', 'flood:logs', 'flood:values'];

async function main(): Promise<number> {
  if (chosen.length === 0) throw new Error(`no fault is called ${wanted.join(' or ')}`);
  await using run = await FaultRun.start();
  let failed = 0;
  for (const fault of faultTable.filter(({ name }) => warmUp.includes(name))) await run.suffer(fault);
  const heldBefore = await run.heldBytes();
  console.log(heading);
  for (const fault of chosen) {
    const result = await run.suffer(fault);
    if (result.failure !== undefined) failed += 1;
    console.log(resultLine(result));
  }
  const growth = (await run.heldBytes()) / heldBefore - 1;
  const isSteady = Math.abs(growth) <= 0.05;
  if (!isSteady) failed += 1;
  console.log(
    `resident memory of the gateway after a collection: ${(heldBefore / 1e6).toFixed(1)} MB before, ${(100 * growth).toFixed(1)} % more now${isSteady ? '' : '  FAILED: more than 5 %'}`,
  );
  console.log(`${chosen.length} faults, ${failed} not as they must be`);
  return failed === 0 ? 0 : 1;
}

process.exitCode = await main();
