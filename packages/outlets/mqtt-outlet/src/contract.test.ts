import { parseDataType, type TagValue } from '@fieldwarden/core';
import { TestBroker } from '@fieldwarden/mqtt-link/testing';
import { memoryTag, waitFor } from '@fieldwarden/testkit';
import {
  describeService,
  type FixtureTag,
  type RunningService,
  type SeenTag,
} from '@fieldwarden/testkit/service-suite';
import { afterAll } from 'vitest';
import mqttOutlet from './service.js';
import type { MqttOutletSettings } from './settings.js';
import { topicsOf, type Topics } from './topics.js';

const broker = await TestBroker.start();
afterAll(() => broker[Symbol.asyncDispose]());

/** Several instances of the suite run on one broker, each under a root of its own and with an id of its own. */
const roots = new WeakMap<object, string>();
let instances = 0;

const definition: typeof mqttOutlet = {
  ...mqttOutlet,
  create(context) {
    const root = `instance/${(instances += 1)}`;
    roots.set(context, root);
    const own = (settings: MqttOutletSettings): MqttOutletSettings => ({ ...settings, root, clientId: root });
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

function topicsOfInstance({ context }: RunningService): Topics {
  return topicsOf(roots.get(context)!, context.gateway.site);
}

function fixtureTag(path: string, type: string, ...values: FixtureTag['values']): FixtureTag {
  return { definition: memoryTag(path, { type: parseDataType(type)!, access: 'read-write' }), values };
}

const tags = [
  fixtureTag('line/speed', 'float64', 1.5, 2.5, 3.5),
  fixtureTag('line/running', 'bool', true, false),
  fixtureTag('line/name', 'string', 'filler "1"', 'Füller 2'),
  fixtureTag('line/list', 'uint16[200]', list(0), list(7)),
];

function list(first: number): TagValue {
  return Array.from({ length: 200 }, (_, i) => first + i);
}

function seenTag(path: string, message: Record<string, unknown> | undefined): SeenTag {
  const isGood = message?.q === 0;
  return { path, good: isGood, value: isGood ? (message.v as TagValue) : null };
}

let command = 0;

async function write(running: RunningService, path: string, value: TagValue): Promise<string> {
  const id = `command ${(command += 1)}`;
  const text = JSON.stringify({ v: value, id });
  const topics = topicsOfInstance(running);
  const isListening = () => (running.service.status().commands as { listening: boolean } | undefined)?.listening;
  await waitFor(isListening, { what: 'the outlet to listen' });
  await broker.publish(topics.allCommands.replace('#', path), text);
  const answerNow = () => broker.json(topics.setResult(path)).find((one) => one.id === id);
  const answer = await waitFor(answerNow, { what: 'the answer to a command', timeoutMs: 60_000 });
  return answer.outcome as string;
}

const settings = { url: broker.url, commands: true };

describeService({
  definition,
  settings,
  liveSettings: { ...settings, window: 10, publish: { qos: 2 } },
  restartingSettings: { ...settings, version: '3.1.1' },
  tags,
  exercise: (running, paths) => {
    const topics = topicsOfInstance(running);
    return Promise.resolve(paths.map((path) => seenTag(path, broker.json(topics.tag(path)).at(-1))));
  },
  follow: (running) => {
    const from = broker.seen.length;
    const prefix = topicsOfInstance(running).tag('');
    return Promise.resolve({
      get told() {
        return broker.seen.slice(from).flatMap(({ topic, text }) => {
          if (!topic.startsWith(prefix)) return [];
          return [seenTag(topic.slice(prefix.length), JSON.parse(text) as Record<string, unknown>)];
        });
      },
      [Symbol.asyncDispose]: () => Promise.resolve(),
    });
  },
  write,
  writeTexts: { rejected: 'rejected', 'not-sent': 'not-sent', unknown: 'unknown' },
  store: async (running) => {
    await write(running, 'line/speed', 2.5);
  },
});
