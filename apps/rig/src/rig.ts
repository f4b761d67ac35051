import { readFile } from 'node:fs/promises';
import { GatewayError, messageOf, type Clock, type Timer } from '@fieldwarden/core';
import { ControlServer } from './control/control-server.js';
import { mixer, oven, packagingLine, press, wrapper } from './machine/machines.js';
import type { BrokerName } from './mqtt/broker-program.js';
import { JsonDevice } from './mqtt/json-device.js';
import { RigBroker } from './mqtt/rig-broker.js';
import { SparkplugDevice } from './mqtt/sparkplug-device.js';
import { ModbusPlc } from './plcs/modbus-plc.js';
import { OpcUaPlc } from './opcua/opcua-plc.js';
import { portSettings, type PortName, type RigOptions } from './rig-options.js';
import type { RigPlc } from './plcs/rig-plc.js';
import { S7Plc } from './plcs/s7-plc.js';

/** The machines move on this often. */
const tickMs = 100;
/** After a longer pause (a suspended laptop) they go on from where they were, not as if they had run all the while. */
const longestStepMs = 1_000;

export interface Rig extends AsyncDisposable {
  /** Where it listens. */
  readonly ports: Readonly<Record<PortName, number>>;
  readonly brokerProgram: BrokerName;
}

/**
 * Starts the simulated PLCs, the broker with its devices, the machines and the control port. Rejects with kind `config`, code `RIG_PORT_TAKEN` or
 * `RIG_PORT_UNUSABLE`, naming port and flag, and leaves nothing behind.
 */
export async function startRig(options: RigOptions, clock: Clock): Promise<Rig> {
  await using started = new AsyncDisposableStack();
  const { bind, ports } = options;
  const modbus = started.use(await listening('modbus', options, ModbusPlc.listen(bind, ports.modbus, packagingLine)));
  const s7 = started.use(await listening('s7', options, S7Plc.listen(bind, ports.s7, press)));
  const broker = await startBroker(options, started, clock);
  const opcua = started.use(await listening('opcua', options, OpcUaPlc.listen(bind, ports.opcua, wrapper, clock)));
  const plcs: readonly RigPlc[] = [modbus, s7, broker, opcua];
  const control = started.use(await listening('control', options, ControlServer.listen(bind, ports.control, plcs)));
  started.use(new Ticker(plcs, clock));
  const owned = started.move();
  return {
    ports: { modbus: modbus.port, s7: s7.port, mqtt: broker.port, opcua: opcua.port, control: control.port },
    brokerProgram: broker.program,
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

/** The broker with its two devices, which go before it. */
async function startBroker(options: RigOptions, started: AsyncDisposableStack, clock: Clock): Promise<RigBroker> {
  const { bind: host, ports, broker: settings } = options;
  const { program, user, tls: files } = settings;
  const devices = [new JsonDevice(mixer, clock), new SparkplugDevice(oven, clock)];
  const tls = files && { cert: await readPem(files.certFile), key: await readPem(files.keyFile) };
  const machines = devices.map(({ machine }) => machine);
  const starting = RigBroker.start({ host, port: ports.mqtt, program, user, tls, machines }, clock);
  const broker = started.use(await listening('mqtt', options, starting));
  for (const device of devices) started.use(device).connect({ port: broker.innerPort, user });
  return broker;
}

async function readPem(file: string): Promise<Buffer> {
  try {
    return await readFile(file);
  } catch (error) {
    const message = `${file} cannot be read: ${messageOf(error)}`;
    throw new GatewayError({ code: 'RIG_USAGE', kind: 'config', message, cause: error });
  }
}

async function listening<T>(name: PortName, { bind, ports }: RigOptions, attempt: Promise<T>): Promise<T> {
  try {
    return await attempt;
  } catch (error) {
    const isTaken = (error as { code?: unknown }).code === 'EADDRINUSE';
    const { title, flag, variable } = portSettings[name];
    throw new GatewayError({
      code: isTaken ? 'RIG_PORT_TAKEN' : 'RIG_PORT_UNUSABLE',
      kind: 'config',
      message:
        `the ${title} port ${ports[name]} on ${bind} ${isTaken ? 'is taken' : `cannot be used: ${messageOf(error)}`}; ` +
        `choose another with --${flag} or ${variable}`,
      cause: error,
    });
  }
}

/** Lets the machines run. */
class Ticker implements Disposable {
  readonly #plcs: readonly RigPlc[];
  readonly #clock: Clock;
  #lastMs: number;
  #timer: Timer;

  constructor(plcs: readonly RigPlc[], clock: Clock) {
    this.#plcs = plcs;
    this.#clock = clock;
    this.#lastMs = clock.monotonicMs();
    this.#timer = this.#schedule();
  }

  [Symbol.dispose](): void {
    this.#timer[Symbol.dispose]();
  }

  #schedule(): Timer {
    return this.#clock.setTimer(() => {
      this.#timer = this.#schedule();
      this.#tick();
    }, tickMs);
  }

  #tick(): void {
    const nowMs = this.#clock.monotonicMs();
    const dtMs = Math.min(nowMs - this.#lastMs, longestStepMs);
    this.#lastMs = nowMs;
    for (const { machines } of this.#plcs) for (const machine of machines) machine.advance(dtMs);
  }
}
