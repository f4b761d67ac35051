import { systemClock } from '@fieldwarden/core';
import { startHost } from './start-host.js';

// A small gateway of its own, for tests that stop or kill the supervising process. First argument: `tied` or `untied` (whether
// the kernel ties the Host to it), second: a command for the driver. Prints one JSON line per event, and its Host every 50 ms.
const [tie, command = ''] = process.argv.slice(2);
const observed = await startHost({ parentDeathSignal: tie === 'tied' });
observed.host.onEvent(({ type }) => print({ event: type }));
if (command !== '') observed.order(command);

function report(): void {
  const { pid, state, spawn, heartbeatMs } = observed.host.snapshot;
  print({ pid, state, spawn, heartbeatMs });
  systemClock.setTimer(report, 50);
}

function print(line: object): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

report();
