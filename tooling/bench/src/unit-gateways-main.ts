/**
 * Modbus gateways with several units behind each, in a process of their own:
 *
 * ```sh
 * node dist/unit-gateways-main.js --gateways 20 --units 5
 * ```
 *
 * Prints one JSON line `{"ports":[…]}`, then takes commands from standard input, one JSON object a line, and answers each with a JSON
 * line: `{"command":"reset"}` · `{"command":"silence","gateway":0,"unit":1,"silent":true}` · `{"command":"scans"}` →
 * `{"scans":[{gateway, unit, atMs:[…]}]}`, when each unit was asked for its first register. Ends when standard input does.
 */
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { ModbusSimServer } from '@fieldwarden/sim-plc';

const { values: settings } = parseArgs({
  options: { gateways: { type: 'string', default: '20' }, units: { type: 'string', default: '5' } },
});

const readHoldingRegisters = 3;
const unitIds = Array.from({ length: Number(settings.units) }, (_, i) => i + 1);

interface Command {
  readonly command: 'reset' | 'silence' | 'scans';
  readonly gateway?: number;
  readonly unit?: number;
  readonly silent?: boolean;
}

const gateways = await Promise.all(
  Array.from({ length: Number(settings.gateways) }, async () => {
    const gateway = await ModbusSimServer.listen({ units: Object.fromEntries(unitIds.map((id) => [id, {}])) });
    for (const id of unitIds) gateway.counters.watchReads(id, readHoldingRegisters, 0);
    return gateway;
  }),
);

function answerTo({ command, gateway = 0, unit = 1, silent = false }: Command): object {
  switch (command) {
    case 'reset':
      for (const { counters } of gateways) counters.reset();
      return {};
    case 'silence':
      gateways[gateway].unit(unit).knobs.silent = silent;
      return {};
    case 'scans':
      return { scans: gateways.flatMap((each, index) => unitIds.map((id) => scansOf(each, index, id))) };
  }
}

function scansOf({ counters }: ModbusSimServer, gateway: number, unit: number): object {
  return { gateway, unit, atMs: counters.readTimesMs(unit, readHoldingRegisters, 0) };
}

const print = (message: object): void => void process.stdout.write(`${JSON.stringify(message)}\n`);

print({ ports: gateways.map(({ port }) => port) });
const input = createInterface({ input: process.stdin });
input.on('line', (line) => print(answerTo(JSON.parse(line) as Command)));
input.on('close', () => process.exit(0));
