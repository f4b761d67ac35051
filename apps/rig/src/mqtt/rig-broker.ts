import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Clock } from '@fieldwarden/core';
import type { Machine } from '../machine/machine.js';
import type { KnobName, RigKnobs } from '../plcs/knobs.js';
import type { RigPlc, RigUnit } from '../plcs/rig-plc.js';
import { AedesBroker } from './aedes-broker.js';
import { BrokerGate, type GateOptions } from './broker-gate.js';
import type { BrokerName, BrokerProgram, BrokerProgramOptions, BrokerUser } from './broker-program.js';
import { MosquittoBroker } from './mosquitto-broker.js';

export interface RigBrokerOptions {
  readonly host: string;
  readonly port: number;
  /** Undefined: mosquitto where it is installed, else aedes. */
  readonly program: BrokerName | undefined;
  readonly user: BrokerUser | undefined;
  readonly tls: GateOptions['tls'];
  /** Of the devices that speak through it. */
  readonly machines: readonly Machine[];
}

/** The broker of the rig: a program that knows nothing of the rig, behind gates that let it go wrong. */
export class RigBroker implements RigPlc {
  readonly name = 'broker';
  readonly knobNames: readonly KnobName[] = ['stop', 'refuse', 'freeze', 'slowBytesPerSecond', 'unauthorized'];
  readonly units: ReadonlyMap<number, RigUnit> = new Map();
  readonly machines: readonly Machine[];
  readonly #folder: string;
  readonly #start: () => Promise<BrokerProgram>;
  readonly #gates: readonly [BrokerGate, BrokerGate];
  #program: BrokerProgram | undefined;
  #programName: BrokerName;
  #knobs: RigKnobs = {};
  #turning: Promise<void> = Promise.resolve();

  private constructor(
    folder: string,
    start: () => Promise<BrokerProgram>,
    {
      program,
      gates,
      machines,
    }: { program: BrokerProgram; gates: [BrokerGate, BrokerGate]; machines: readonly Machine[] },
  ) {
    this.#folder = folder;
    this.#start = start;
    this.#program = program;
    this.#programName = program.name;
    this.#gates = gates;
    this.machines = machines;
  }

  static async start(
    { host, port, program: wanted, user, tls, machines }: RigBrokerOptions,
    clock: Clock,
  ): Promise<RigBroker> {
    await using undo = new AsyncDisposableStack();
    const folder = await mkdtemp(join(tmpdir(), 'fieldwarden-rig-'));
    undo.defer(() => rm(folder, { recursive: true, force: true }));
    const socketPath = join(folder, 'broker.sock');
    const start = (): Promise<BrokerProgram> => startProgram(wanted, { socketPath, folder, user });
    const program = undo.use(await start());
    const outer = undo.use(await BrokerGate.listen({ host, port, target: socketPath, tls, clock }));
    const inner = undo.use(await BrokerGate.listen({ host: '127.0.0.1', port: 0, target: socketPath, clock }));
    undo.move();
    return new RigBroker(folder, start, { program, gates: [outer, inner], machines });
  }

  get port(): number {
    return this.#gates[0].port;
  }

  /** Where the rig's own devices connect: the same faults, and never TLS. */
  get innerPort(): number {
    return this.#gates[1].port;
  }

  get program(): BrokerName {
    return this.#programName;
  }

  get connections(): number {
    return this.#gates[0].connections + this.#gates[1].connections;
  }

  /** Connections so far: what clients ask, nobody counts here. */
  get requests(): number {
    return this.#gates[0].accepted + this.#gates[1].accepted;
  }

  get knobs(): RigKnobs {
    return this.#knobs;
  }

  /** One after the other: a broker that starts can't be stopped yet. */
  async setKnobs(knobs: RigKnobs): Promise<void> {
    const turned = this.#turning.then(() => this.#turn(knobs));
    this.#turning = turned.catch(() => undefined);
    await turned;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#turning;
    for (const gate of this.#gates) await gate.close();
    await this.#program?.[Symbol.asyncDispose]();
    await rm(this.#folder, { recursive: true, force: true });
  }

  async #turn(knobs: RigKnobs): Promise<void> {
    this.#knobs = knobs;
    const isShut = knobs.stop === true || knobs.refuse === true;
    const manners = {
      freeze: knobs.freeze ?? false,
      bytesPerSecond: knobs.slowBytesPerSecond,
      unauthorized: knobs.unauthorized ?? false,
    };
    for (const gate of this.#gates) {
      gate.manners = manners;
      if (isShut) await gate.close();
    }
    if (knobs.stop) {
      await this.#program?.[Symbol.asyncDispose]();
      this.#program = undefined;
    } else if (!this.#program) {
      this.#program = await this.#start();
      this.#programName = this.#program.name;
    }
    if (!isShut) for (const gate of this.#gates) await gate.open();
  }
}

/** Without a wish: aedes where mosquitto is not installed, or does not start. */
async function startProgram(wanted: BrokerName | undefined, options: BrokerProgramOptions): Promise<BrokerProgram> {
  if (wanted === 'aedes' || (wanted === undefined && !MosquittoBroker.isInstalled)) return AedesBroker.start(options);
  if (wanted === 'mosquitto') return MosquittoBroker.start(options);
  return MosquittoBroker.start(options).catch(() => AedesBroker.start(options));
}
