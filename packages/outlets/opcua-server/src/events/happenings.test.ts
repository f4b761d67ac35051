import { AttributeIds, constructEventFilter, TimestampsToReturn, type Variant } from 'node-opcua';
import { waitFor } from '@fieldwarden/testkit';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { tag, TestClient, TestOutlet } from '../testing/test-outlet.js';

let gateway: TestOutlet;
let client: TestClient;
const events: unknown[][] = [];

const set = (path: string, value: string | number): void => gateway.store.set(gateway.handle(path), value);

beforeAll(async () => {
  gateway = await TestOutlet.start([
    tag('_system/drivers/plc/state', { scalar: 'string' }),
    tag('_system/drivers/plc/spawn', { scalar: 'uint32' }),
    tag('_system/drivers/plc/memory', { scalar: 'float64' }),
    tag('_system/generation', { scalar: 'uint32' }),
  ]);
  client = await TestClient.connect(gateway);
  const subscription = await client.subscribe();
  const fields = ['EventType', 'SourceName', 'Message', 'Severity'];
  const item = await subscription.monitor(
    { nodeId: 'i=2253', attributeId: AttributeIds.EventNotifier },
    { samplingInterval: 0, queueSize: 100, filter: constructEventFilter(fields) },
    TimestampsToReturn.Both,
  );
  item.on('changed', (told: unknown) => {
    const [type, source, message, severity] = (told as Variant[]).map(({ value }) => value as unknown);
    events.push([String((type as { value: unknown }).value), source, (message as { text: string }).text, severity]);
  });
  // The library listens for events a moment after it has answered.
  let generation = 100;
  const probe = (): boolean => {
    set('_system/generation', (generation += 1));
    return events.length > 0;
  };
  await waitFor(probe, { what: 'the first event' });
  await waitFor(() => events.at(-1)?.[2] === `Generation ${generation} runs, in place of ${generation - 1}`, {
    what: 'the last of these',
  });
});

afterAll(async () => {
  await client[Symbol.asyncDispose]();
  await gateway[Symbol.asyncDispose]();
});

beforeEach(() => void (events.length = 0));

const deviceFailure = '2131';
const system = '2130';

test('what is so from the beginning is no event; what a driver turns to is one, graver the worse it is', async () => {
  set('_system/drivers/plc/state', 'Healthy');
  set('_system/drivers/plc/memory', 5);
  set('_system/drivers/plc/state', 'Faulted');
  set('_system/drivers/plc/state', 'Healthy');
  set('_system/drivers/plc/state', 'Stopped');
  await waitFor(() => events.length >= 3, { what: 'the events' });
  expect(events).toEqual([
    [deviceFailure, 'Drivers/plc', 'Driver plc is Faulted; it was Healthy', 800],
    [system, 'Drivers/plc', 'Driver plc is Healthy; it was Faulted', 100],
    [system, 'Drivers/plc', 'Driver plc is Stopped; it was Healthy', 300],
  ]);
});

test('a new process of a driver and another generation are events', async () => {
  for (const value of [1, 2]) {
    set('_system/drivers/plc/spawn', value);
    set('_system/generation', value);
  }
  await waitFor(() => events.length >= 3, { what: 'the events' });
  expect(events.filter(([, , message]) => !/^Generation 1 /.test(String(message)))).toEqual([
    [system, 'Drivers/plc', 'Driver plc has a new process, the 2. since the gateway started', 100],
    [system, 'Configuration', 'Generation 2 runs, in place of 1', 100],
  ]);
});

test('a driver that comes later is followed, too', async () => {
  gateway.store.define([tag('_system/drivers/late/state', { scalar: 'string' })]);
  set('_system/drivers/late/state', 'Initializing');
  set('_system/drivers/late/state', 'Degraded');
  await waitFor(() => events.some(([, source]) => source === 'Drivers/late'), { what: 'the event' });
  expect(events).toContainEqual([deviceFailure, 'Drivers/late', 'Driver late is Degraded; it was Initializing', 600]);
});
