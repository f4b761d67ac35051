import { parseDataType, type TagValue } from '@fieldwarden/core';
import { memoryTag } from '@fieldwarden/testkit';
import {
  describeService,
  type FixtureTag,
  type RunningService,
  type SeenTag,
} from '@fieldwarden/testkit/service-suite';
import modbusServer from './service.js';
import { frame, TestClient } from './testing/test-client.js';

const registers = 100;

function fixtureTag(path: string, type: string, ...values: FixtureTag['values']): FixtureTag {
  return { definition: memoryTag(path, { type: parseDataType(type)!, access: 'read-write' }), values };
}

const list = (first: number): TagValue => Array.from({ length: registers }, (_, i) => first + i);

const tags = [
  fixtureTag('line/speed', 'uint16', 1, 2, 3),
  fixtureTag('line/level', 'uint16', 10, 20),
  fixtureTag('line/list', `uint16[${registers}]`, list(0), list(7)),
];

const places: Readonly<Record<string, readonly [start: number, count: number]>> = {
  'line/speed': [0, 1],
  'line/level': [1, 1],
  'line/list': [10, registers],
};

const map = Object.entries(places).map(([path, [start]]) => ({ path, address: `HR${start}`, access: 'read-write' }));
const word = (number: number): string => number.toString(16).padStart(4, '0');

function connect({ address }: RunningService): Promise<TestClient> {
  return TestClient.connect(address!.port);
}

async function see(client: TestClient, path: string): Promise<SeenTag> {
  const [start, count] = places[path] ?? [999, 1];
  const answer = Buffer.from(await client.ask(`03 ${word(start)} ${word(count)}`), 'hex');
  if (answer[0] !== 3) return { path, good: false, value: null };
  const values = Array.from({ length: count }, (_, i) => answer.readUInt16BE(2 + 2 * i));
  return { path, good: true, value: count === 1 ? values[0] : values };
}

describeService({
  definition: modbusServer,
  settings: { units: [{ map }] },
  liveSettings: { units: [{ map, holes: 'zero' }] },
  restartingSettings: { units: [{ map }], framing: 'tcp', port: 1 },
  tags,
  async exercise(running, paths) {
    using client = await connect(running);
    const seen: SeenTag[] = [];
    for (const path of paths) seen.push(await see(client, path));
    return seen;
  },
  async slowReader(running) {
    const client = await connect(running);
    client.socket.pause();
    const burst = Buffer.concat(
      Array.from({ length: 500 }, (_, i) => frame(i, 1, `03 ${word(10)} ${word(registers)}`)),
    );
    const ask = (): void => void client.socket.write(burst, (error) => error ?? ask());
    ask();
    return {
      async [Symbol.asyncDispose]() {
        client[Symbol.dispose]();
        await client.closed();
      },
    };
  },
  async write(running, path, value) {
    using client = await connect(running);
    const [start] = places[path];
    const answer = await client.ask(`06 ${word(start)} ${word(value as number)}`);
    return answer.startsWith('06') ? 'done' : `exception ${parseInt(answer.slice(2), 16)}`;
  },
  writeTexts: { rejected: 'exception 4', 'not-sent': 'exception 11', unknown: 'exception 11' },
});
