import { silentLogger, systemClock } from '@fieldwarden/core';
import { linkDefaults, MqttLink } from '@fieldwarden/mqtt-link';
import { parseTopic } from '@fieldwarden/sparkplug';
import { decodeIndependently, type SeenMetric, type SeenPayload } from '@fieldwarden/sparkplug/testing';
import { waitFor } from '@fieldwarden/testkit';

export interface HeardMessage {
  /** `NBIRTH`, `DDATA`, …. */
  readonly type: string;
  readonly device: string | undefined;
  readonly qos: number;
  readonly retain: boolean;
  readonly payload: SeenPayload;
}

/** A host application as another maker's would be: hears everything of a group, and reads it with a decoder of its own. */
export class ListeningHost implements AsyncDisposable {
  readonly heard: HeardMessage[] = [];
  readonly #link: MqttLink;
  /** Names of the births, by alias. */
  readonly #names = new Map<bigint, string>();

  private constructor(url: string, group: string) {
    this.#link = new MqttLink(
      { ...linkDefaults, url, clientId: `host-${process.pid}` },
      {
        stateChanged: ({ name }) => {
          if (name === 'connected') void this.#link.subscribe([{ filter: `spBv1.0/${group}/#`, qos: 1 }]);
        },
        message: ({ topic, payload, qos, retain }) => this.#hear(topic, payload, qos, retain),
      },
      { clock: systemClock, random: Math.random, logger: silentLogger },
    );
    this.#link.start();
  }

  /** Its subscription may stand a moment later: births that it misses it has to ask for. */
  static async start(url: string, group: string): Promise<ListeningHost> {
    const host = new ListeningHost(url, group);
    await waitFor(() => host.#link.state.name === 'connected', { what: 'the host to be connected' });
    return host;
  }

  types(): readonly string[] {
    return this.heard.map(({ type }) => type);
  }

  /** What was heard of a metric, by its name, oldest first. */
  metrics(name: string): readonly SeenMetric[] {
    return this.heard.flatMap(({ payload }) => payload.metrics.filter((metric) => this.#nameOf(metric) === name));
  }

  send(topic: string, payload: Uint8Array, retain = false): void {
    this.#link.publish({ topic, payload, qos: 0, retain }, () => undefined);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#link.stop();
  }

  #hear(topic: string, bytes: Uint8Array, qos: number, retain: boolean): void {
    const parsed = parseTopic(topic);
    if (!parsed || parsed.type.endsWith('CMD')) return;
    const payload = decodeIndependently(bytes);
    for (const { name, alias } of payload.metrics)
      if (name !== undefined && alias !== undefined) this.#names.set(alias, name);
    this.heard.push({ type: parsed.type, device: parsed.device, qos, retain, payload });
  }

  #nameOf({ name, alias }: SeenMetric): string | undefined {
    return name ?? this.#names.get(alias!);
  }
}
