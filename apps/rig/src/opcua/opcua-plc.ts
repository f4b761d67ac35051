import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Clock } from '@fieldwarden/core';
import { Machine, type MachineDefinition, type MachineMemory } from '../machine/machine.js';
import { PlainMachineMemory } from '../machine/plain-machine-memory.js';
import type { Measurement } from '../machine/measurement.js';
import { BrokerGate } from '../mqtt/broker-gate.js';
import type { KnobName, RigKnobs } from '../plcs/knobs.js';
import type { RigPlc, RigUnit } from '../plcs/rig-plc.js';
import type { ServerShape } from './machine-messages.js';
import { MachineProcess } from './machine-process.js';

/** A machine with an OPC UA server, behind a gate that lets it go wrong. The server starts when the first client comes. */
export class OpcUaPlc implements RigPlc {
  readonly name = 'opcua';
  readonly knobNames: readonly KnobName[] = [
    'stop', 'refuse', 'drop', 'freeze', 'standStill', 'renewCertificate', 'moveNamespace', 'dropNodes', 'manyNodes',
  ]; // prettier-ignore
  readonly units: ReadonlyMap<number, RigUnit> = new Map();
  readonly machines: readonly Machine[];
  readonly #folder: string;
  readonly #memory: ToldMemory;
  #gate!: BrokerGate;
  #process: MachineProcess | undefined;
  #knobs: RigKnobs = {};
  #turning: Promise<void> = Promise.resolve();

  private constructor(folder: string, definition: MachineDefinition) {
    this.#folder = folder;
    this.#memory = new ToldMemory(() => this.#tell());
    this.machines = [new Machine(definition, this.#memory)];
  }

  static async listen(host: string, port: number, definition: MachineDefinition, clock: Clock): Promise<OpcUaPlc> {
    await using undo = new AsyncDisposableStack();
    const folder = await mkdtemp(join(tmpdir(), 'fieldwarden-rig-'));
    undo.defer(() => rm(folder, { recursive: true, force: true }));
    const plc = new OpcUaPlc(folder, definition);
    plc.#gate = await BrokerGate.listen({ host, port, target: () => plc.#serverPort(), clock });
    undo.move();
    return plc;
  }

  get port(): number {
    return this.#gate.port;
  }

  get connections(): number {
    return this.#gate.connections;
  }

  /** Connections so far: what clients ask, nobody counts here. */
  get requests(): number {
    return this.#gate.accepted;
  }

  /** Whether its server runs, or comes up: it does once somebody has come. */
  get isServing(): boolean {
    return this.#process !== undefined && !this.#process.hasEnded;
  }

  get knobs(): RigKnobs {
    return this.#knobs;
  }

  /** One after the other: a server that starts can't be stopped yet. */
  async setKnobs(knobs: RigKnobs): Promise<void> {
    const turned = this.#turning.then(() => this.#turn(knobs));
    this.#turning = turned.catch(() => undefined);
    await turned;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#turning;
    await this.#gate.close();
    await this.#endServer();
    await rm(this.#folder, { recursive: true, force: true });
  }

  async #turn(knobs: RigKnobs): Promise<void> {
    const before = shapeOf(this.#knobs, this.#folder);
    this.#knobs = knobs;
    const isShut = knobs.stop === true || knobs.refuse === true;
    if (isShut) await this.#gate.close();
    const hasOtherShape = JSON.stringify(shapeOf(knobs, this.#folder)) !== JSON.stringify(before);
    if (knobs.stop || hasOtherShape) await this.#endServer();
    this.#gate.manners = { freeze: knobs.freeze ?? false, bytesPerSecond: undefined, unauthorized: false };
    this.#gate.dropsAll = knobs.drop ?? false;
    this.#process?.standStill(knobs.standStill ?? false);
    if (!isShut) await this.#gate.open();
  }

  async #endServer(): Promise<void> {
    await this.#process?.[Symbol.asyncDispose]();
    this.#process = undefined;
  }

  async #serverPort(): Promise<number> {
    if (!this.#process || this.#process.hasEnded) {
      this.#process = new MachineProcess(shapeOf(this.#knobs, this.#folder), (commands) =>
        this.#memory.command(commands),
      );
      if (this.#knobs.standStill) void this.#process.port.then(() => this.#process?.standStill(true));
    }
    return await this.#process.port;
  }

  #tell(): void {
    this.#process?.tell({ measurement: this.#memory.measurement, commands: this.#memory.commands() });
  }
}

function shapeOf({ renewCertificate, moveNamespace, dropNodes, manyNodes }: RigKnobs, folder: string): ServerShape {
  return {
    pki: join(folder, renewCertificate ? 'renewed' : 'first'),
    port: 0,
    namespacesBefore: moveNamespace ? 2 : 0,
    hasAllNodes: !dropNodes,
    hasManyNodes: manyNodes ?? false,
  };
}

/** What the machine shows goes to its server. */
class ToldMemory extends PlainMachineMemory implements MachineMemory {
  readonly #shown: () => void;

  constructor(shown: () => void) {
    super();
    this.#shown = shown;
  }

  override show(measurement: Measurement): void {
    super.show(measurement);
    this.#shown();
  }
}
