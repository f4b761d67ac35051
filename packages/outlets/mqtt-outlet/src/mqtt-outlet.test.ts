import { ScriptedBroker } from '@fieldwarden/mqtt-link/testing';
import { memoryTag, serviceContext, waitFor, type TestServiceContext, testOrigin } from '@fieldwarden/testkit';
import { expect, it } from 'vitest';
import mqttOutlet from './service.js';
import { mqttOutletSettings, type MqttOutletSettings } from './settings.js';
import { gatewayPrincipal } from '@fieldwarden/gateway-contract';

/** An outlet with the tags a, b and c. */
class Stage implements AsyncDisposable {
  readonly context: TestServiceContext<MqttOutletSettings>;
  readonly service: ReturnType<typeof mqttOutlet.create>;

  private constructor(context: TestServiceContext<MqttOutletSettings>) {
    this.context = context;
    this.service = mqttOutlet.create(context);
  }

  static async start(broker: ScriptedBroker, more: object = {}): Promise<Stage> {
    const context = await serviceContext(mqttOutletSettings.parse({ url: broker.url, version: '5', ...more }));
    context.tags.define(...['a', 'b', 'c'].map((path) => memoryTag(path, { type: { scalar: 'float64' } })));
    const stage = new Stage(context);
    await stage.service.start(new AbortController().signal);
    return stage;
  }

  get status(): Record<string, unknown> {
    return this.service.status();
  }

  get alarms(): readonly string[] {
    return this.context.alarms.active.map(({ conditionId }) => conditionId);
  }

  async isDrained(): Promise<void> {
    await waitFor(() => this.status.connected === true && this.status.pending === 0, {
      what: 'nothing to wait',
      timeoutMs: 25_000,
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.service.stop();
    await this.context[Symbol.asyncDispose]();
  }
}

it('puts aside what kills every connection, says so, and sends the rest', async () => {
  await using broker = await ScriptedBroker.start({
    acknowledge: ({ topic }) => (topic.endsWith('/tags/b') ? 'hang-up' : 0),
  });
  await using stage = await Stage.start(broker);
  await stage.isDrained();
  expect(stage.status).toMatchObject({
    dropped: 1,
    droppedBy: { poison: 1 },
    quarantined: [{ topic: 'fieldwarden/test site/tags/b' }],
  });
  expect(stage.alarms).toEqual(['message-poison']);
  expect(stage.context.told.map(({ message }) => message)).toContainEqual(expect.stringContaining('tags/b'));
});

it('drops what the broker refuses or is too large for it, and says so, while the rest goes on', async () => {
  await using broker = await ScriptedBroker.start({
    properties: { maximumPacketSize: 200 },
    acknowledge: ({ topic }) => (topic.endsWith('/tags/b') ? 0x87 : 0),
  });
  await using stage = await Stage.start(broker);
  stage.context.tags.define(memoryTag('long', { type: { scalar: 'string' } }));
  stage.context.tags.set('long', 'x'.repeat(300));
  await stage.isDrained();
  await waitFor(() => (stage.status.dropped as number) === 2, { what: 'both to be dropped' });
  expect(stage.status.droppedBy).toMatchObject({ refused: 1, 'too-large': 1 });
  expect(stage.alarms).toEqual(['messages-refused']);
});

it('keeps what the broker does not take for the moment, says so, and sends it when it does', async () => {
  await using broker = await ScriptedBroker.start({ acknowledge: () => 0x97 });
  await using stage = await Stage.start(broker);
  await waitFor(() => stage.alarms.includes('broker-quota'), { what: 'the alarm' });
  expect(stage.status).toMatchObject({ pending: 3, dropped: 0 });
  broker.script.acknowledge = () => 0;
  await stage.isDrained();
  expect(stage.status).toMatchObject({ dropped: 0, published: 3 });
  expect(stage.alarms).toEqual([]);
});

it('raises an alarm for what waits, and ends it when half of it is gone', async () => {
  await using broker = await ScriptedBroker.start({ acknowledge: () => 'withhold' });
  await using stage = await Stage.start(broker, { outbox: { warnAt: 5 } });
  for (let value = 1; value <= 10; value += 1) stage.context.tags.set('a', value);
  await waitFor(() => stage.alarms.includes('outbox-filling'), { what: 'the alarm' });
  broker.script.acknowledge = () => 0;
  broker.cut();
  await stage.isDrained();
  await waitFor(() => !stage.alarms.includes('outbox-filling'), { what: 'its end' });
});

it('gives up on request all that waits', async () => {
  await using broker = await ScriptedBroker.start({ connack: 0x87 });
  await using stage = await Stage.start(broker);
  await waitFor(() => stage.service.health().state === 'Degraded', { what: 'the refusal' });
  expect(stage.service.health()).toMatchObject({
    reason: expect.stringContaining('user name or password are wrong') as string,
  });
  const origin = testOrigin({ principal: gatewayPrincipal('nina', 'engineer') });
  await waitFor(() => stage.status.pending === 3, { what: 'the values' });
  expect(await stage.service.request!('purge', {}, origin)).toEqual({ purged: 3 });
  expect(stage.status).toMatchObject({ pending: 0, droppedBy: { purged: 3 } });
  expect(stage.context.told.at(-1)?.message).toContain('emptied by nina');
});
