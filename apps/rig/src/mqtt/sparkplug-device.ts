import { parseDataType, statusCodes, type Clock, type DataValue, type TagValue, type Timer } from '@fieldwarden/core';
import type { LinkState, MqttLink, Will } from '@fieldwarden/mqtt-link';
import { EdgeNode, type EdgeAction, type EdgeMetric } from '@fieldwarden/sparkplug';
import { Machine, type MachineDefinition } from '../machine/machine.js';
import { machineModes, type Measurement } from '../machine/measurement.js';
import { PlainMachineMemory } from '../machine/plain-machine-memory.js';
import type { MachineCommands } from '../machine/process-model.js';
import { deviceLink, type DeviceLinkOptions } from './device-link.js';

const periodMs = 1_000;

interface MachineMetric {
  readonly name: string;
  readonly type: string;
  /** Undefined: it is read only. */
  readonly write?: (value: TagValue) => Partial<MachineCommands>;
  readonly read: (measurement: Measurement, commands: MachineCommands) => TagValue;
}

/** Handles are places in this list. */
const metrics: readonly MachineMetric[] = [
  { name: 'Outputs/Start', type: 'bool', read: (_, { start }) => start, write: (value) => ({ start: Boolean(value) }) },
  {
    name: 'Outputs/Setpoint',
    type: 'float32',
    read: (_, { setpoint }) => setpoint,
    write: (value) => ({ setpoint: Number(value) }),
  },
  { name: 'Inputs/Running', type: 'bool', read: ({ isRunning }) => isRunning },
  { name: 'Inputs/Speed', type: 'float32', read: ({ speed }) => Math.fround(speed) },
  { name: 'Inputs/Level', type: 'float32', read: ({ level }) => Math.fround(level) },
  { name: 'Inputs/Temperature', type: 'float64', read: ({ temperatureC }) => Math.round(temperatureC * 10) / 10 },
  { name: 'Inputs/Count', type: 'uint32', read: ({ count }) => count },
  { name: 'Inputs/Mode', type: 'uint8', read: ({ mode }) => machineModes.indexOf(mode) },
  { name: 'Inputs/Batch', type: 'string', read: ({ batch }) => batch },
];

/**
 * A machine that speaks Sparkplug B: device `<machine>` of the node `spBv1.0/rig/…/line`. Births when it connects and when a host asks, what changed every
 * second, DCMD to its outputs.
 */
export class SparkplugDevice implements AsyncDisposable {
  readonly machine: Machine;
  readonly #memory = new PlainMachineMemory();
  readonly #node: EdgeNode;
  readonly #clock: Clock;
  #link: MqttLink | undefined;
  #timer: Timer | undefined;
  /** By handle, as births and data told them last. */
  #told: TagValue[] = [];

  constructor(definition: MachineDefinition, clock: Clock) {
    this.machine = new Machine(definition, this.#memory);
    this.#clock = clock;
    const device = { id: definition.name, metrics: metrics.map(edgeMetric) };
    this.#node = new EdgeNode({
      group: 'rig',
      node: 'line',
      primaryHost: null,
      aliases: true,
      commands: true,
      lastBdSeq: undefined,
      definitions: { metrics: [], devices: [device] },
      current: (handle) => this.#current(handle),
      clock,
    });
    this.#node.deviceOnline(definition.name, true);
  }

  connect(options: DeviceLinkOptions): void {
    const link = deviceLink('rig-line', options, {
      stateChanged: (state) => this.#linkChanged(state),
      message: ({ topic, payload, retain }) => this.#do(this.#node.message(topic, payload, retain)),
      will: () => this.#will(),
    });
    this.#link = link;
    link.start();
    this.#tell();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#timer?.[Symbol.dispose]();
    const farewell = this.#node
      .stop()
      .flatMap((action) =>
        action.type === 'publish'
          ? [{ topic: action.topic, payload: action.payload, qos: action.qos, retain: false }]
          : [],
      );
    await this.#link?.stop({ farewell, deadlineMs: 500, reasonCode: 4 });
  }

  #will(): Will | undefined {
    // A simulated device begins anew with each start: nothing is kept of its bdSeq.
    const open = this.#node.connect().find((action) => action.type === 'open');
    this.#node.connectSent();
    return open && { ...open.will, qos: 1, retain: false };
  }

  #linkChanged(state: LinkState): void {
    if (state.name === 'connected') this.#do(this.#node.connected());
    else this.#node.disconnected();
  }

  #tell(): void {
    const values = metrics.map(({ read }) => read(this.#memory.measurement, this.#memory.commands()));
    const rows = values.flatMap((value, handle) => (value === this.#told[handle] ? [] : [handle]));
    this.#told = values;
    const atMs = this.#clock.wallMs();
    if (rows.length > 0)
      this.#do(
        this.#node.changed({
          count: rows.length,
          handle: (row) => rows[row],
          value: (row) => values[rows[row]],
          status: () => statusCodes.Good,
          sourceAtMs: () => atMs,
        }),
      );
    this.#do(this.#node.tick());
    this.#timer = this.#clock.setTimer(() => this.#tell(), periodMs);
  }

  #do(actions: readonly EdgeAction[]): void {
    for (const action of actions) {
      if (action.type === 'publish') this.#publish(action);
      else if (action.type === 'subscribe') this.#subscribe(action.topics);
      else if (action.type === 'write') this.#write(action.handle, action.value);
    }
  }

  #publish({ topic, payload, qos }: Extract<EdgeAction, { type: 'publish' }>): void {
    if (this.#link && this.#link.room > 0) this.#link.publish({ topic, payload, qos, retain: false }, () => undefined);
    else this.#link?.reconnect('a Sparkplug message found no room');
  }

  #subscribe(topics: readonly string[]): void {
    this.#link?.subscribe(topics.map((filter) => ({ filter, qos: 1 }))).then(
      () => this.#do(this.#node.subscribed()),
      () => undefined, // the connection ended: the next one subscribes
    );
  }

  #write(handle: number, value: TagValue): void {
    const change = metrics[handle].write?.(value);
    if (change) this.#memory.command({ ...this.#memory.commands(), ...change });
  }

  /** For births: what they tell is not told again, and what changes after them is. */
  #current(handle: number): DataValue {
    const value = metrics[handle].read(this.#memory.measurement, this.#memory.commands());
    this.#told[handle] = value;
    const atMs = this.#clock.wallMs();
    return { value, status: statusCodes.Good, sourceAtMs: atMs, serverAtMs: atMs };
  }
}

function edgeMetric({ name, type, write }: MachineMetric, handle: number): EdgeMetric {
  return { handle, name, type: parseDataType(type)!, isWritable: write !== undefined };
}
