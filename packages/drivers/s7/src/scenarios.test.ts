import { readdirSync, readFileSync } from 'node:fs';
import { s7Mangles, type S7SimKnobs } from '@fieldwarden/sim-plc';
import { expect, test } from 'vitest';
import { bad, openRig, point, type TestRig } from './testing/test-rig.js';

/** One folder of scenarios/: what went wrong once, what the simulated CPU does, and what has to come of it. */
interface Scenario {
  readonly story: string;
  readonly plc: {
    /** Bytes in hexadecimal, or a number of zeroes. */
    readonly dbs: Readonly<Record<string, string | { readonly bytes: number }>>;
    readonly maxPdu?: number;
    readonly knobs?: object;
  };
  readonly mangle?: {
    readonly name: keyof typeof s7Mangles;
    readonly argument?: number;
    readonly arguments?: number[];
  };
  readonly driver?: object;
  readonly read?: [address: string, type: string][] | { everyBytes: number; count: number; type: string };
  readonly write?: [address: string, type: string, value: unknown][];
  readonly expect: {
    readonly values?: unknown[];
    readonly everyValue?: unknown;
    readonly error?: { readonly kind: string; readonly code: string; readonly message?: string };
    /** What a later read gives, when answers are in order again. */
    readonly recoversTo?: unknown[];
    readonly outcomes?: string[];
    /** Of DB1 afterwards, in hexadecimal. */
    readonly memory?: string;
    readonly connections?: number;
    readonly oversized?: number;
  };
}

const folder = new URL('scenarios/', import.meta.url);

test.each(readdirSync(folder).map((name) => [name.replaceAll('-', ' '), name]))('%s', async (_, name) => {
  const scenario = JSON.parse(readFileSync(new URL(`${name}/scenario.json`, folder), 'utf8')) as Scenario;
  const { dbs, ...plc } = scenario.plc;
  await using rig = await openRig({ ...plc, dbs: memoryOf(dbs) }, scenario.driver);
  if (scenario.mangle) rig.plc.knobs.mangle = mangleOf(scenario.mangle);
  if (scenario.write) await writes(rig, scenario);
  else await reads(rig, scenario);
  const { connections, oversized, memory } = scenario.expect;
  if (connections !== undefined) expect(rig.plc.counters.connections).toBe(connections);
  if (oversized !== undefined) expect(rig.plc.counters.oversized).toBe(oversized);
  if (memory !== undefined) expect(rig.plc.db(1)).toEqual(bytesOf(memory));
});

async function reads(rig: TestRig, { read, expect: wanted }: Scenario): Promise<void> {
  const points = Array.isArray(read)
    ? read.map(([address, type]) => point(address, type))
    : Array.from({ length: read!.count }, (_, i) => point(`DB1.DBB${i * read!.everyBytes}`, read!.type));
  if (wanted.error) {
    const { message = '', ...error } = wanted.error;
    await expect(rig.read(points)).rejects.toMatchObject({ ...error, message: expect.stringContaining(message) as string });
  } else {
    expect(await rig.read(points)).toEqual(wanted.values?.map(cellOf) ?? points.map(() => wanted.everyValue));
  }
  rig.plc.knobs.mangle = undefined;
  if (wanted.recoversTo) expect(await rig.readGood(points)).toEqual(wanted.recoversTo);
} // prettier-ignore

async function writes(rig: TestRig, { write, expect: wanted }: Scenario): Promise<void> {
  const results = await rig.write(write!.map(([address, type, value]) => [point(address, type), value]));
  expect(results.map(({ outcome }) => outcome)).toEqual(wanted.outcomes);
}

function cellOf(value: unknown): unknown {
  return typeof value === 'object' && value !== null && 'status' in value ? bad(String(value.status)) : value;
}

function mangleOf({ name, argument, arguments: all }: NonNullable<Scenario['mangle']>): S7SimKnobs['mangle'] {
  const make: (...numbers: number[]) => S7SimKnobs['mangle'] = s7Mangles[name];
  return make(...(all ?? (argument === undefined ? [] : [argument])));
}

function memoryOf(dbs: Scenario['plc']['dbs']): Record<number, Buffer> {
  return Object.fromEntries(
    Object.entries(dbs).map(([number, bytes]) => [number, typeof bytes === 'string' ? bytesOf(bytes) : Buffer.alloc(bytes.bytes)]),
  );
} // prettier-ignore

function bytesOf(hex: string): Buffer {
  return Buffer.from(hex.replaceAll(' ', ''), 'hex');
}
