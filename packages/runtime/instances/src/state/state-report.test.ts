import { silentLogger } from '@fieldwarden/core';
import type { DeviceInvoker, DeviceStatus } from '@fieldwarden/invoker';
import { FakeClock } from '@fieldwarden/testkit';
import { expect, it } from 'vitest';
import type { InstanceObserver } from '../instance-observer.js';
import { StateReport } from './state-report.js';

it('tells each state of a device once, however often its breaker opens anew (§5.5)', () => {
  const told: string[] = [];
  const observer = {
    event: (_type: string, message: string) => void told.push(message),
  } as unknown as InstanceObserver;
  const report = new StateReport({ driverId: 'line', clock: new FakeClock(), logger: silentLogger, observer });
  const tell = (deviceId: string, state: DeviceStatus['state']): void =>
    report.device(deviceId, { status: { state } } as Pick<DeviceInvoker, 'status'>);
  for (const state of ['connected', 'demoted', 'demoted', 'demoted', 'connected'] as const) tell('filler', state);
  tell('capper', 'connected');
  expect(told).toEqual([
    'device line/filler is connected',
    'device line/filler is demoted',
    'device line/filler is connected',
    'device line/capper is connected',
  ]);
});
