import { parseDataType, systemClock, type TagValue } from '@fieldwarden/core';
import { ScriptedBroker } from '@fieldwarden/mqtt-link/testing';
import { HostNode } from '@fieldwarden/sparkplug';
import { memoryTag } from '@fieldwarden/testkit';
import {
  describeService,
  type FixtureTag,
  type RunningService,
  type SeenTag,
} from '@fieldwarden/testkit/service-suite';
import { afterAll } from 'vitest';
import mqttOutlet from '../service.js';
import type { MqttOutletSettings } from '../settings.js';

const broker = await ScriptedBroker.start();
afterAll(() => broker[Symbol.asyncDispose]());

/** Several instances of the suite run on one broker, each as a node of its own. */
const nodes = new WeakMap<object, string>();
let instances = 0;

const definition: typeof mqttOutlet = {
  ...mqttOutlet,
  create(context) {
    const node = `node-${(instances += 1)}`;
    nodes.set(context, node);
    const own = (settings: MqttOutletSettings): MqttOutletSettings => ({
      ...settings,
      sparkplug: { ...settings.sparkplug, node },
    });
    const service = mqttOutlet.create({ ...context, settings: own(context.settings) });
    return Object.assign(Object.create(service) as typeof service, {
      start: (signal: AbortSignal) => service.start(signal),
      apply: (settings: MqttOutletSettings) => service.apply!(own(settings)),
      status: () => service.status(),
      health: () => service.health(),
      metrics: () => service.metrics!(),
      request: (...all: Parameters<NonNullable<typeof service.request>>) => service.request!(...all),
      stop: () => service.stop(),
    });
  },
};

/** All that a host heard of the instance, oldest first; what a death or a birth takes away as not good. */
function heard({ context }: RunningService): SeenTag[] {
  const host = new HostNode({ group: 'lab', node: nodes.get(context)!, clock: systemClock });
  const known = new Map<string, string | undefined>();
  const seen: SeenTag[] = [];
  const lose = (device: string | undefined): void => {
    for (const [path, of] of known)
      if (of === device || device === undefined) seen.push({ path, good: false, value: null });
  };
  for (const event of broker.published.flatMap(({ topic, payload }) => host.message(topic, payload as Buffer, false))) {
    if (event.type === 'ask-for-rebirth') continue;
    if (event.type !== 'data') lose(event.device);
    if (event.type === 'death') continue;
    for (const { name, value, quality, isHistorical } of event.metrics) {
      if (isHistorical) continue;
      known.set(name, event.device);
      const good = quality === 'good' && value !== null;
      seen.push({ path: name, good, value: good ? (value as TagValue) : null });
    }
  }
  return seen;
}

function fixtureTag(path: string, type: string, ...values: FixtureTag['values']): FixtureTag {
  return { definition: memoryTag(path, { type: parseDataType(type)!, access: 'read-write' }), values };
}

function list(first: number): TagValue {
  return Array.from({ length: 200 }, (_, i) => first + i);
}

const settings = { url: broker.url, format: 'sparkplug', sparkplug: { group: 'lab' } };

describeService({
  definition,
  settings,
  liveSettings: { ...settings, window: 10, publish: { qos: 2 } },
  restartingSettings: { ...settings, version: '3.1.1' },
  tags: [
    fixtureTag('line/speed', 'float64', 1.5, 2.5, 3.5),
    fixtureTag('line/running', 'bool', true, false),
    fixtureTag('line/name', 'string', 'filler "1"', 'Füller 2'),
    fixtureTag('line/total', 'int64', -5n, 2n ** 60n),
    fixtureTag('line/list', 'uint16[200]', list(0), list(7)),
  ],
  exercise: (running, paths) => {
    const all = heard(running);
    return Promise.resolve(
      paths.map((path) => all.findLast((seen) => seen.path === path) ?? { path, good: false, value: null }),
    );
  },
  follow: (running) => {
    const from = heard(running).length;
    return Promise.resolve({
      get told() {
        return heard(running).slice(from);
      },
      [Symbol.asyncDispose]: () => Promise.resolve(),
    });
  },
});
