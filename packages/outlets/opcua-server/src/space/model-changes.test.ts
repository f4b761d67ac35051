import {
  AttributeIds,
  constructEventFilter,
  TimestampsToReturn,
  type ModelChangeStructureDataType,
  type NodeId,
  type Variant,
} from 'node-opcua';
import { waitFor } from '@fieldwarden/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { tag, TestClient, TestOutlet } from '../testing/test-outlet.js';

let gateway: TestOutlet;
let client: TestClient;
const events: (readonly [type: string, changes: readonly string[]])[] = [];

beforeAll(async () => {
  gateway = await TestOutlet.start([tag('line/speed', { scalar: 'float32' })]);
  client = await TestClient.connect(gateway);
  const subscription = await client.subscribe();
  const item = await subscription.monitor(
    { nodeId: 'i=2253', attributeId: AttributeIds.EventNotifier },
    { samplingInterval: 0, queueSize: 100, filter: constructEventFilter(['EventType', 'Changes']) },
    TimestampsToReturn.Both,
  );
  item.on('changed', (fields: unknown) => {
    const [type, changes] = fields as Variant[];
    const told = (changes.value ?? []) as ModelChangeStructureDataType[];
    events.push([
      String((type.value as NodeId).value),
      told.map(({ affected, verb }) => `${String(affected.value)} ${verb}`),
    ]);
  });
});

afterAll(async () => {
  await client[Symbol.asyncDispose]();
  await gateway[Symbol.asyncDispose]();
});

const generalModelChange = '2133';
const baseModelChange = '2132';

test('tags that come and go are one event, with their node ids', async () => {
  gateway.store.remove(Uint32Array.of(gateway.handle('line/speed')));
  gateway.store.define([tag('line/level', { scalar: 'float32' }), tag('line/name', { scalar: 'string' })]);
  await waitFor(() => events.length > 0, { what: 'the event' });
  expect(events).toEqual([[generalModelChange, ['line/speed 2', 'line/level 1', 'line/name 1']]]);
});

test('a tag that is put in the place of its like changes nothing; thousands of tags are a change of anything', async () => {
  events.length = 0;
  gateway.store.remove(Uint32Array.of(gateway.handle('line/level')));
  gateway.store.define([tag('line/level', { scalar: 'float32' })]);
  await new Promise((resolve) => setTimeout(resolve, 400));
  gateway.store.define(Array.from({ length: 1_500 }, (_, i) => tag(`store/bin${i}`, { scalar: 'int16' })));
  await waitFor(() => events.length > 0, { what: 'the event' });
  expect(events).toEqual([[baseModelChange, []]]);
});
