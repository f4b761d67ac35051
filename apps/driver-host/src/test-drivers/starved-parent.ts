import { closeSync, openSync } from 'node:fs';
import { startHost, makeHost } from './start-host.js';

// A small gateway that has run out of file descriptors: tries to start a Host, frees them after the first failure, and prints
// the causes of the deaths it saw before its Host was ready. To be started with a low limit of descriptors.
await using warm = await startHost();
const observed = makeHost();
const taken = takeAll();
observed.host.start();
await observed.seen('down');
for (const fd of taken) closeSync(fd);
await observed.seen('ready');
const deaths = observed.events
  .filter((event) => event.type === 'down')
  .map(({ cause, error }) => [cause, error.message]);
process.stdout.write(`${JSON.stringify({ deaths, bystander: warm.host.snapshot.state })}\n`);
await observed.host.stop();

function takeAll(): number[] {
  const fds: number[] = [];
  try {
    for (;;) fds.push(openSync('/dev/null', 'r'));
  } catch {
    return fds;
  }
}
