import type { Origin } from '@fieldwarden/gateway-contract';
import type { Service, ServiceContext, ServiceHealth, ServiceMetric } from '@fieldwarden/service';
import { MqttOutlet } from '../mqtt-outlet.js';
import type { MqttOutletSettings } from '../settings.js';
import { backlogOfBoth } from './backlog-of-both.js';
import { SparkplugOutlet } from './sparkplug-outlet.js';

/** INTERFACES §19: `format: both` uses two connections, the second with this behind the client id. */
const sparkplugSuffix = '-spb';

/** Of both: all of the status has to stay within `maxStatusCharacters`. */
const mostTopics = 60;

type Status = Readonly<Record<string, unknown>>;

/** The service for a format: JSON topics, a Sparkplug node, or both beside each other on connections of their own. */
export function outletFor(context: ServiceContext<MqttOutletSettings>): Service<MqttOutletSettings> {
  switch (context.settings.format) {
    case 'json':
      return new MqttOutlet(context);
    case 'sparkplug':
      return new SparkplugOutlet(context);
    default:
      return new BothFormats(new MqttOutlet(context), new SparkplugOutlet(ofSparkplug(context), sparkplugSuffix));
  }
}

class BothFormats implements Service<MqttOutletSettings> {
  readonly #json: MqttOutlet;
  readonly #sparkplug: SparkplugOutlet;

  constructor(json: MqttOutlet, sparkplug: SparkplugOutlet) {
    this.#json = json;
    this.#sparkplug = sparkplug;
  }

  async start(signal: AbortSignal): Promise<undefined> {
    await this.#json.start(signal);
    await this.#sparkplug.start(signal);
  }

  async apply(settings: MqttOutletSettings): Promise<void> {
    await this.#json.apply(settings);
    await this.#sparkplug.apply(settings);
  }

  /** What waits and was given up in both; the Sparkplug side in full under `sparkplug`. */
  status(): Status {
    const json = this.#json.status();
    const sparkplug = this.#sparkplug.status();
    const sum = (field: string): number => Number(json[field] ?? 0) + Number(sparkplug[field] ?? 0);
    return {
      ...json,
      connected: json.connected === true && sparkplug.connected === true,
      problem: json.problem ?? sparkplug.problem ?? null,
      pending: sum('pending'),
      bytes: sum('bytes'),
      published: sum('published'),
      oldestAt: [json.oldestAt, sparkplug.oldestAt].filter(Boolean).sort()[0] ?? null,
      dropped: sum('dropped'),
      droppedBy: added(json.droppedBy, sparkplug.droppedBy),
      backlog: backlogOfBoth(json.backlog, sparkplug.backlog),
      topics: ofBoth(rows(json.topics), rows(sparkplug.topics), mostTopics),
      sparkplug: { ...withoutTopics(sparkplug), ...(sparkplug.sparkplug as Status | undefined) },
    };
  }

  health(): ServiceHealth {
    const json = this.#json.health();
    return json.state === 'Healthy' ? this.#sparkplug.health() : json;
  }

  metrics(): readonly ServiceMetric[] {
    return [...this.#json.metrics(), ...this.#sparkplug.metrics()];
  }

  async request(name: string, body: unknown, origin: Origin): Promise<unknown> {
    const answers = await Promise.all([
      this.#json.request(name, body, origin),
      this.#sparkplug.request(name, body, origin),
    ]);
    return answers.reduce<Status>((sum, answer) => added(sum, answer), {});
  }

  async stop(): Promise<void> {
    await Promise.all([this.#json.stop(), this.#sparkplug.stop()]);
  }
}

/** Its alarms stand beside those of the JSON topics. */
function ofSparkplug(context: ServiceContext<MqttOutletSettings>): ServiceContext<MqttOutletSettings> {
  const idOf = (conditionId: string): string => `sparkplug-${conditionId}`;
  return {
    ...context,
    logger: context.logger.child({ format: 'sparkplug' }),
    alarms: {
      raise: ({ conditionId, severity, message }) =>
        context.alarms.raise({ conditionId: idOf(conditionId), severity, message: `Sparkplug: ${message}` }),
      clear: (conditionId) => context.alarms.clear(idOf(conditionId)),
    },
  };
}

/** Counts by name, those of both. */
function added(a: unknown, b: unknown): Status {
  const sum: Record<string, number> = {};
  for (const counts of [a, b]) {
    for (const [name, count] of Object.entries((counts ?? {}) as Record<string, number>))
      sum[name] = (sum[name] ?? 0) + count;
  }
  return sum;
}

/** Half of each, and more of one where the other has less. */
function ofBoth<T>(a: readonly T[], b: readonly T[], most: number): readonly T[] {
  const ofA = Math.max(Math.ceil(most / 2), most - b.length);
  return [...a.slice(0, ofA), ...b.slice(0, most - Math.min(ofA, a.length))];
}

function rows(topics: unknown): readonly unknown[] {
  return Array.isArray(topics) ? topics : [];
}

function withoutTopics({ topics: _, quarantined: __, sparkplug: ___, ...rest }: Status): Status {
  return rest;
}
