import { systemClock } from '@fieldwarden/core';
import { LinkProbe, TestBroker } from '@fieldwarden/mqtt-link/testing';
import { encodeCommand, HostNode, sparkplugTypes, type SparkplugType } from '@fieldwarden/sparkplug';
import { FakeClock, waitFor } from '@fieldwarden/testkit';
import { expect, test } from 'vitest';
import { oven } from '../machine/machines.js';
import { SparkplugDevice } from './sparkplug-device.js';

test('what a birth between two rounds told and is over again is told with the next round', async () => {
  await using broker = await TestBroker.start();
  await using host = await LinkProbe.connected({ url: broker.url, clientId: 'host' });
  const node = new HostNode({ group: 'rig', node: 'line', clock: systemClock });
  const told: unknown[] = [];
  host.onMessage = ({ topic, payload, retain }) => {
    for (const event of node.message(topic, payload, retain))
      if (event.type === 'birth' || event.type === 'data')
        for (const { name, value } of event.metrics) if (name === 'Outputs/Setpoint') told.push(value);
  };
  const send = (topic: string, name: string, type: SparkplugType, value: number | boolean): void =>
    host.publish(topic, { payload: encodeCommand([{ name, alias: undefined, type, value }], Date.now()), qos: 0 });
  const setpoint = (value: number): void =>
    send('spBv1.0/rig/DCMD/line/oven', 'Outputs/Setpoint', sparkplugTypes.Float, value);

  await host.link.subscribe([{ filter: 'spBv1.0/rig/#', qos: 1 }]);
  const clock = new FakeClock();
  await using device = new SparkplugDevice(oven, clock);
  device.connect({ port: broker.port, user: undefined });
  await waitFor(() => told.length > 0, { what: 'the birth' });
  await clock.advance(10_000); // births are limited
  setpoint(12.5);
  send('spBv1.0/rig/NCMD/line', 'Node Control/Rebirth', sparkplugTypes.Boolean, true);
  await waitFor(() => told.at(-1) === 12.5, { what: 'the rebirth' });
  setpoint(30);
  await waitFor(() => device.machine.describe().setpoint === 30, { what: 'the command' });
  await clock.advance(1_000);
  await waitFor(() => told.at(-1) === 30, { what: 'the set point of before' });
  expect(told).toEqual([30, 12.5, 30]);
});
