import type { MqttAddress, Selector } from '../address/address.js';
import type { Listener } from '../feed/listener.js';
import { namespace, parseTopic } from '@fieldwarden/sparkplug';
import { SparkplugHost, type SparkplugHostDependencies } from './sparkplug-host.js';

/** The Sparkplug edge nodes that points listen to. */
export class SparkplugHosts {
  readonly #deps: SparkplugHostDependencies;
  readonly #hosts = new Map<string, SparkplugHost>();
  /** Those that have been told that their subscription stands. */
  readonly #listening = new Set<SparkplugHost>();

  constructor(deps: SparkplugHostDependencies) {
    this.#deps = deps;
  }

  /** Returns what ends it. */
  add({ node, device, metric }: Extract<Selector, { kind: 'sparkplug' }>, listener: Listener): () => void {
    const key = keyOf(node.group, node.node);
    let host = this.#hosts.get(key);
    if (!host) this.#hosts.set(key, (host = new SparkplugHost(node, this.#deps)));
    const one = { device, metric, listener };
    host.add(one);
    const held = host;
    return () => {
      held.delete(one);
      if (!held.isIdle) return;
      held.disconnected();
      this.#listening.delete(held);
      this.#hosts.delete(key);
    };
  }

  find({ selector }: MqttAddress): SparkplugHost | undefined {
    return selector.kind === 'sparkplug' ? this.#hosts.get(keyOf(selector.node.group, selector.node.node)) : undefined;
  }

  /** Subscriptions stand: nodes that are new ask for their births. */
  connected(): void {
    for (const host of this.#hosts.values()) {
      if (this.#listening.has(host)) continue;
      this.#listening.add(host);
      host.connected();
    }
  }

  disconnected(): void {
    this.#listening.clear();
    for (const host of this.#hosts.values()) host.disconnected();
  }

  /** True for a message of one of them. */
  message(topic: string, payload: Uint8Array, isRetained: boolean): boolean {
    if (this.#hosts.size === 0 || !topic.startsWith(namespace)) return false;
    const parsed = parseTopic(topic);
    const host = parsed && this.#hosts.get(keyOf(parsed.group, parsed.node));
    host?.message(topic, payload, isRetained);
    return host !== undefined;
  }
}

function keyOf(group: string, node: string): string {
  return `${group}/${node}`;
}
