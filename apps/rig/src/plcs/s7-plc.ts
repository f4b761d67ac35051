import { S7SimServer } from '@fieldwarden/sim-plc';
import type { KnobName, RigKnobs } from './knobs.js';
import { Machine, type MachineDefinition } from '../machine/machine.js';
import type { RigPlc, RigUnit } from './rig-plc.js';
import { s7MachineBytes, S7MachineMemory } from '../machine/s7-machine-memory.js';

/** An S7 CPU with one machine in DB1. */
export class S7Plc implements RigPlc {
  readonly name = 's7';
  readonly knobNames: readonly KnobName[] = [
    'delayMs', 'silent', 'drop', 'exception', 'splitReplies', 'putGetDisabled', 'refuse', 'maxConnections',
  ]; // prettier-ignore
  readonly units: ReadonlyMap<number, RigUnit> = new Map();
  readonly machines: readonly Machine[];
  readonly #server: S7SimServer;
  #knobs: RigKnobs = {};

  private constructor(server: S7SimServer, definition: MachineDefinition) {
    this.#server = server;
    this.machines = [new Machine(definition, new S7MachineMemory(server.db(1)))];
  }

  static async listen(host: string, port: number, machine: MachineDefinition): Promise<S7Plc> {
    const dbs = { 1: Buffer.alloc(s7MachineBytes) };
    return new S7Plc(await S7SimServer.listen({ host, port, dbs }), machine);
  }

  get port(): number {
    return this.#server.port;
  }

  get connections(): number {
    return this.#server.openConnections;
  }

  get requests(): number {
    return this.#server.counters.jobs;
  }

  get knobs(): RigKnobs {
    return this.#knobs;
  }

  async setKnobs(knobs: RigKnobs): Promise<void> {
    this.#knobs = knobs;
    const { exception } = knobs;
    Object.assign(this.#server.knobs, {
      delayMs: knobs.delayMs ?? 0,
      silent: knobs.silent ?? false,
      dropRequests: knobs.drop ? Infinity : 0,
      itemError: exception === undefined ? undefined : () => exception,
      splitEvery: knobs.splitReplies ? 1 : 0,
      putGetDisabled: knobs.putGetDisabled ?? false,
      maxConnections: knobs.maxConnections ?? Infinity,
    } satisfies Partial<S7SimServer['knobs']>);
    if (knobs.refuse) await this.#server.close();
    else await this.#server.start();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server.close();
  }
}
