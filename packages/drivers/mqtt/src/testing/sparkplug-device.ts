import { statusCodes, systemClock, type DataType, type DataValue, type TagValue } from '@fieldwarden/core';
import { LinkProbe } from '@fieldwarden/mqtt-link/testing';
import { EdgeNode, type EdgeAction } from '@fieldwarden/sparkplug';

export interface DeviceMetric {
  readonly name: string;
  readonly type: DataType;
  readonly value: TagValue;
}

/** A Sparkplug edge node `plant/node` with one device, `filler`, whose metrics may be written. */
export class SparkplugDevice implements AsyncDisposable {
  readonly #probe: LinkProbe;
  readonly #node: EdgeNode;
  readonly #values: DataValue[];
  readonly #metrics: readonly DeviceMetric[];
  /** Requests for a rebirth that came. */
  rebirths = 0;

  private constructor(probe: LinkProbe, node: EdgeNode, metrics: readonly DeviceMetric[], values: DataValue[]) {
    this.#probe = probe;
    this.#node = node;
    this.#metrics = metrics;
    this.#values = values;
  }

  static async start(url: string, metrics: readonly DeviceMetric[], lastBdSeq?: number): Promise<SparkplugDevice> {
    const values = metrics.map(({ value }) => valueNow(value));
    const node = new EdgeNode({
      group: 'plant',
      node: 'node',
      primaryHost: null,
      aliases: true,
      commands: true,
      lastBdSeq,
      definitions: {
        metrics: [],
        devices: [
          {
            id: 'filler',
            metrics: metrics.map(({ name, type }, handle) => ({ handle, name, type, isWritable: true })),
          },
        ],
      },
      current: (handle) => values[handle],
      clock: systemClock,
    });
    node.connect();
    node.connectSent();
    const probe = await LinkProbe.connected({ url, clientId: `sparkplug-${Math.random()}` });
    const device = new SparkplugDevice(probe, node, metrics, values);
    probe.onMessage = ({ topic, payload, retain }) => device.#came(topic, payload, retain);
    for (const action of node.connected()) {
      if (action.type === 'subscribe') await probe.link.subscribe(action.topics.map((filter) => ({ filter, qos: 1 })));
    }
    device.#carryOut(node.subscribed());
    return device;
  }

  tell(name: string, value: TagValue): void {
    const handle = this.#metrics.findIndex((metric) => metric.name === name);
    this.#values[handle] = valueNow(value);
    this.#carryOut(
      this.#node.changed({
        count: 1,
        handle: () => handle,
        value: () => value,
        status: () => statusCodes.Good,
        sourceAtMs: () => Date.now(),
      }),
    );
  }

  /** A message that the host never sees: the number of the next one has a hole before it. */
  loseOne(name: string, value: TagValue): void {
    const handle = this.#metrics.findIndex((metric) => metric.name === name);
    const change = {
      count: 1,
      handle: () => handle,
      value: () => value,
      status: () => statusCodes.Good,
      sourceAtMs: () => Date.now(),
    };
    this.#values[handle] = valueNow(value);
    this.#node.changed(change);
  }

  /** What the metric was earlier, as a historical metric; its present value stays. */
  tellHistory(name: string, value: TagValue, sourceAtMs: number): void {
    const handle = this.#metrics.findIndex((metric) => metric.name === name);
    const change = {
      count: 1,
      handle: () => handle,
      value: () => value,
      status: () => statusCodes.Good,
      sourceAtMs: () => sourceAtMs,
    };
    for (const { device, payload } of this.#node.stored(change)) this.#carryOut(this.#node.replay(device, payload));
  }

  /** NDEATH. */
  async die(): Promise<void> {
    this.#carryOut(this.#node.stop());
    await this.#probe.settled();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#probe[Symbol.asyncDispose]();
  }

  #came(topic: string, payload: Uint8Array, isRetained: boolean): void {
    if (topic.includes('/NCMD/')) this.rebirths += 1;
    this.#carryOut(this.#node.message(topic, payload, isRetained));
  }

  #carryOut(actions: readonly EdgeAction[]): void {
    for (const action of actions) {
      if (action.type === 'publish') this.#probe.publish(action.topic, { payload: action.payload, qos: action.qos });
      if (action.type === 'write') this.tell(action.name, action.value);
    }
  }
}

function valueNow(value: TagValue): DataValue {
  return { value, status: statusCodes.Good, sourceAtMs: Date.now(), serverAtMs: Date.now() };
}
