import { silentLogger, systemClock, ValueColumns, type Clock, type Logger } from '@fieldwarden/core';
import type { DriverSession, Point, ReadPlan } from '@fieldwarden/driver';
import { testCall, testBelongings } from '@fieldwarden/testkit';
import modbusDriver from '../driver.js';

export interface SessionSettings {
  readonly port: number;
  readonly options?: object;
  /** Options of each device; its id is its number, from 1. */
  readonly devices?: readonly object[];
  readonly clock?: Clock;
  readonly logger?: Logger;
  readonly random?: () => number;
}

/** A session with short time-outs, for tests. */
export function openSession({
  port,
  options,
  devices = [{}],
  clock = systemClock,
  logger = silentLogger,
  random = () => 0.5,
}: SessionSettings): DriverSession {
  return modbusDriver.create({
    ...testBelongings(),
    driverId: 'test',
    options: modbusDriver.options.parse({
      host: '127.0.0.1',
      port,
      timeoutMs: 100,
      reconnect: { initialMs: 10, maxMs: 20 },
      ...options,
    }),
    devices: devices.map((device, i) => ({ id: String(i + 1), options: modbusDriver.deviceOptions.parse(device) })),
    clock,
    logger,
    random,
  });
}

/** `count` registers as points of their own, from this address on the wire on. */
export function registers(count: number, first = 0, prefix = 'HR'): Point[] {
  return Array.from({ length: count }, (_, i) => {
    const address = `${prefix}${first + i}`;
    return { path: address, address, type: { scalar: 'uint16' } };
  });
}

export async function readPlan(session: DriverSession, plan: ReadPlan, timeoutMs = 2000): Promise<ValueColumns> {
  const into = new ValueColumns(plan.points.length);
  await session.read!(plan, into, testCall({ timeoutMs }));
  return into;
}
