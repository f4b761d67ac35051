/**
 * An OPC UA server in a process of its own:
 *
 * ```sh
 * node dist/ua-server-main.js --doubles 10000 --port 0
 * ```
 *
 * Prints one JSON line `{"url":…}`, then takes commands from standard input, one JSON object a line: `{"command":"change","perSecond":10000}`
 * changes so many of its values each second from now on. Ends when standard input does.
 */
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { UaTestServer } from '@fieldwarden/driver-opcua-client/testing';

const { values: settings } = parseArgs({
  options: { doubles: { type: 'string', default: '10000' }, port: { type: 'string', default: '0' } },
});
const doubles = Number(settings.doubles);
const server = await UaTestServer.start({ doubles, port: Number(settings.port) });

const tickMs = 100;
let next = 0;
let round = 0;

function change(count: number): void {
  for (let i = 0; i < count; i += 1) {
    server.set(`i${next}`, next + round / 1024);
    next = (next + 1) % doubles;
    if (next === 0) round += 1;
  }
}

process.stdout.write(`${JSON.stringify({ url: server.url })}\n`);
for await (const line of createInterface({ input: process.stdin })) {
  const { perSecond } = JSON.parse(line) as { readonly perSecond: number };
  setInterval(() => change((perSecond * tickMs) / 1_000), tickMs).unref();
}
process.exit(0);
