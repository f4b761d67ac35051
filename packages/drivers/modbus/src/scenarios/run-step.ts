import {
  isGatewayError,
  isGood,
  isNumericColumn,
  parseDataType,
  statusName,
  ValueColumns,
  type TagValue,
} from '@fieldwarden/core';
import type { DriverSession, Point, ReadPlan } from '@fieldwarden/driver';
import type { ModbusKnobs, ModbusMemory, ModbusSimServer } from '@fieldwarden/sim-plc';
import { testCall } from '@fieldwarden/testkit';

type AddressAndType = readonly [address: string, type: string];
type Step = { readonly unit?: number } & (
  | { readonly read: readonly AddressAndType[]; readonly timeoutMs?: number }
  | { readonly reread: true }
  | { readonly write: readonly (readonly [...AddressAndType, TagValue])[] }
  | { readonly probe: true }
  | { readonly knobs: JsonKnobs }
  | { readonly once: JsonKnobs }
  | { readonly stop: true }
  | { readonly start: true }
);

/** Knobs as they stand in a file: bytes in hexadecimal. */
type JsonKnobs = Omit<ModbusKnobs, 'garbage' | 'trailer' | 'mangle'> & {
  readonly garbage?: string;
  readonly trailer?: string;
};

export interface ScenarioInput {
  /** What the scenario is about, for whoever reads the file. */
  readonly about: string;
  readonly options?: object;
  readonly units: Readonly<
    Record<string, { readonly knobs?: JsonKnobs; readonly memory?: JsonMemory; readonly deviceOptions?: object }>
  >;
  readonly steps: readonly Step[];
}

type JsonMemory = Readonly<Partial<Record<keyof ModbusMemory, Readonly<Record<string, readonly number[]>>>>>;

const plans = new WeakMap<DriverSession, ReadPlan>();

/** Carries one step out and returns what there is to compare. */
export async function runStep(step: Step, session: DriverSession, server: ModbusSimServer): Promise<unknown> {
  const deviceId = String(step.unit ?? 1);
  if ('knobs' in step) server.unit(Number(deviceId)).knobs = knobsOf(step.knobs);
  else if ('once' in step) server.unit(Number(deviceId)).once(knobsOf(step.once));
  else if ('stop' in step) await server.stop();
  else if ('start' in step) await server.start();
  else return outcomeOf(() => exchange(step, session, deviceId));
  return 'set';
}

async function exchange(step: Step, session: DriverSession, deviceId: string): Promise<unknown> {
  if ('read' in step) {
    plans.set(
      session,
      session.prepareRead!(
        deviceId,
        step.read.map((point) => pointOf(point)),
      ),
    );
    return read(session, step.timeoutMs);
  }
  if ('reread' in step) return read(session);
  if ('write' in step) {
    const items = step.write.map(([address, type, value]) => ({ point: pointOf([address, type]), value }));
    const results = await session.write!(deviceId, items, testCall());
    return results.map(({ outcome, status }) => `${outcome} ${statusName(status)}`);
  }
  await session.probe!(deviceId, testCall());
  return 'alive';
}

async function read(session: DriverSession, timeoutMs = 2000): Promise<unknown> {
  const plan = plans.get(session)!;
  const into = new ValueColumns(plan.points.length);
  await session.read!(plan, into, testCall({ timeoutMs }));
  return plan.points.map(({ type }, row) => {
    if (!isGood(into.statuses[row])) return statusName(into.statuses[row]);
    const value = isNumericColumn(type) ? into.values[row] : into.objects!.get(row)!;
    return typeof value === 'bigint' ? `${value}n` : value;
  });
}

async function outcomeOf(action: () => Promise<unknown>): Promise<unknown> {
  try {
    return await action();
  } catch (error) {
    if (!isGatewayError(error)) throw error;
    return `${error.code} ${error.kind} ${error.writeOutcome}`;
  }
}

function pointOf([address, type]: AddressAndType): Point {
  return { path: address, address, type: parseDataType(type)! };
}

export function knobsOf({ garbage, trailer, ...knobs }: JsonKnobs): ModbusKnobs {
  return {
    ...knobs,
    ...(garbage !== undefined && { garbage: Buffer.from(garbage, 'hex') }),
    ...(trailer !== undefined && { trailer: Buffer.from(trailer, 'hex') }),
  };
}

export function loadMemory(memory: ModbusMemory, contents: JsonMemory): void {
  for (const [address, values] of Object.entries(contents.holdingRegisters ?? {}))
    memory.holdingRegisters.set(Number(address), ...values);
  for (const [address, values] of Object.entries(contents.inputRegisters ?? {}))
    memory.inputRegisters.set(Number(address), ...values);
  for (const [address, values] of Object.entries(contents.coils ?? {}))
    memory.coils.set(Number(address), ...values.map(Boolean));
  for (const [address, values] of Object.entries(contents.discreteInputs ?? {}))
    memory.discreteInputs.set(Number(address), ...values.map(Boolean));
}
