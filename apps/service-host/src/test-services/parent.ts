import { systemClock } from '@fieldwarden/core';
import { impatient, startService } from './start-service.js';

// A small gateway of its own, for tests that kill it. First argument: `tied` or `untied` (whether the kernel ties the Host to it),
// second: a request for the service. Prints one JSON line with its Host every 50 ms.
const [tie, request = ''] = process.argv.slice(2);
const observed = await startService({ parentDeathSignal: tie === 'tied', supervision: impatient });
if (request !== '') observed.order(request);

function report(): void {
  const { pid, state } = observed.home.facts;
  process.stdout.write(`${JSON.stringify({ pid, state })}\n`);
  systemClock.setTimer(report, 50);
}

report();
