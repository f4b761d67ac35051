/**
 * One attack on an OPC UA server, in a process of its own, so that what it costs the attacker is not taken for the gateway's:
 *
 * ```sh
 * node dist/opcua/attack-main.js handshakes
 * ```
 *
 * The first line of standard input is the AttackedServer, as JSON. Prints `{"type":"begun"}`, then `{"type":"stats","blows":n}` for each
 * further line. Ends with standard input.
 */
import { createInterface } from 'node:readline';
import { attacks, type Attack, type AttackedServer } from './attacks.js';
import { hoarding } from './hoarding.js';

const [, , name] = process.argv;
const all: Partial<Record<string, Attack>> = { ...attacks, ...hoarding };
const attack = all[name];
if (!attack) throw new RangeError(`no such attack: ${name}; there are ${Object.keys(all).join(', ')}`);

let blows = 0;
const input = createInterface({ input: process.stdin });
input.on('close', () => process.exit(0));
input.once('line', (server) => {
  input.on('line', () => print({ type: 'stats', blows }));
  print({ type: 'begun' });
  void attack(JSON.parse(server) as AttackedServer, () => (blows += 1), new AbortController().signal);
});

function print(message: object): void {
  process.stdout.write(`${JSON.stringify(message)}\n`);
}
