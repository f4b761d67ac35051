/**
 * Modbus devices in a process of their own, so that a benchmark measures the gateway without them:
 *
 * ```sh
 * node dist/modbus/modbus-responder-main.js --listeners 10 --registers 20000 --unit 1 --watch 0
 * ```
 *
 * Prints one JSON line `{"type":"ready","ports":[…]}`, then takes commands from standard input, one JSON object a line, and
 * answers each with a JSON line: `{"command":"stats"}` → `{"type":"stats","listeners":[{port, requests, watched:{count, p50Ms,
 * p99Ms, maxMs}}]}` · `{"command":"times"}` → `{"type":"times","nowMs":9,"readAtMs":[[1,2],[]]}`, of the watched reads, by listener ·
 * `{"command":"reset"}` · `{"command":"set","listener":0,"address":0,"values":[1,2]}` ·
 * `{"command":"knobs","listener":0,"knobs":{"silent":true}}` · `{"command":"quit"}`. Ends when standard input does.
 */
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { intervalStats } from './modbus-interval-stats.js';
import type { ModbusKnobs } from './modbus-knobs.js';
import { ModbusSimServer } from './modbus-sim-server.js';

const { values: settings } = parseArgs({
  options: {
    host: { type: 'string', default: '127.0.0.1' },
    /** First port; the following listeners take the following ones. 0 = any free ones. */
    port: { type: 'string', default: '0' },
    listeners: { type: 'string', default: '1' },
    unit: { type: 'string', default: '1' },
    /** Holding registers that exist; the rest is illegal. */
    registers: { type: 'string', default: '20000' },
    /** Wire address whose reads are timed. */
    watch: { type: 'string', default: '0' },
    'delay-ms': { type: 'string' },
    /** So often every register pair holds another float32. */
    'change-ms': { type: 'string' },
  },
});

const unitId = Number(settings.unit);
const watchedAddress = Number(settings.watch);
const readHoldingRegisters = 3;

interface Command {
  readonly command: 'stats' | 'times' | 'reset' | 'set' | 'knobs' | 'quit';
  readonly listener?: number;
  readonly address?: number;
  readonly values?: readonly number[];
  readonly knobs?: ModbusKnobs;
}

async function main(): Promise<void> {
  const servers: ModbusSimServer[] = [];
  for (let i = 0; i < Number(settings.listeners); i++) servers.push(await startListener(i));
  if (settings['change-ms'] !== undefined) changeEvery(Number(settings['change-ms']), servers);
  print({ type: 'ready', ports: servers.map(({ port }) => port) });
  const input = createInterface({ input: process.stdin });
  input.on('line', (line) => obey(line, servers));
  input.on('close', () => process.exit(0));
}

async function startListener(index: number): Promise<ModbusSimServer> {
  const registers = Number(settings.registers);
  const firstPort = Number(settings.port);
  const knobs: ModbusKnobs = {
    holes: [{ area: 'holdingRegisters', start: registers, count: 65_536 - registers }],
    ...(settings['delay-ms'] !== undefined && { delayMs: Number(settings['delay-ms']) }),
  };
  const port = firstPort === 0 ? 0 : firstPort + index;
  const server = await ModbusSimServer.listen({ host: settings.host, port, units: { [unitId]: knobs } });
  server.counters.watchReads(unitId, readHoldingRegisters, watchedAddress);
  for (let address = 0; address + 1 < registers; address += 2) {
    server.unit(unitId).memory.holdingRegisters.setValue(address, { scalar: 'float32' }, index * 1000 + address / 2);
  }
  return server;
}

function changeEvery(changeMs: number, servers: readonly ModbusSimServer[]): void {
  const registers = Number(settings.registers);
  let changes = 0;
  setInterval(() => {
    changes += 1;
    for (const server of servers) {
      const { bytes } = server.unit(unitId).memory.holdingRegisters;
      for (let address = 0; address + 1 < registers; address += 2) bytes.writeFloatBE(changes + address, 2 * address);
    }
  }, changeMs);
}

function obey(line: string, servers: readonly ModbusSimServer[]): void {
  try {
    execute(JSON.parse(line) as Command, servers);
  } catch (error) {
    print({ type: 'error', message: String(error) });
  }
}

function execute(command: Command, servers: readonly ModbusSimServer[]): void {
  const unit = servers[command.listener ?? 0].unit(unitId);
  switch (command.command) {
    case 'stats':
      return print({ type: 'stats', listeners: servers.map(statsOf) });
    case 'times':
      return print({ type: 'times', nowMs: performance.now(), readAtMs: servers.map(timesOf) });
    case 'reset':
      servers.forEach(({ counters }) => counters.reset());
      return print({ type: 'reset' });
    case 'set':
      unit.memory.holdingRegisters.set(command.address ?? 0, ...(command.values ?? []));
      return print({ type: 'set' });
    case 'knobs':
      unit.knobs = { ...unit.knobs, ...command.knobs };
      return print({ type: 'knobs' });
    case 'quit':
      process.exit(0);
    default:
      throw new RangeError(`no such command: ${String(command.command)}`);
  }
}

function timesOf({ counters }: ModbusSimServer): readonly number[] {
  return counters.readTimesMs(unitId, readHoldingRegisters, watchedAddress);
}

function statsOf(server: ModbusSimServer): object {
  const { port, counters } = server;
  return {
    port,
    connections: counters.connectionsAccepted,
    requests: counters.requests,
    writes: counters.writes.length,
    watched: intervalStats(timesOf(server)),
  };
}

function print(message: object): void {
  process.stdout.write(`${JSON.stringify(message)}\n`);
}

await main();
