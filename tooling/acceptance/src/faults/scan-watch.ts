import { fileURLToPath } from 'node:url';
import { JsonLinesProcess } from '../processes/json-lines-process.js';
import { cpuStallMs } from './cpu-pressure.js';

const responder = fileURLToPath(import.meta.resolve('@fieldwarden/sim-plc/modbus-responder'));
const witness = fileURLToPath(new URL('../../dist/faults/timer-witness-main.js', import.meta.url));

interface ResponderStats {
  readonly listeners: readonly { readonly watched: { readonly count: number; readonly maxMs: number } }[];
}

/** What the siblings' PLCs saw since the last `reset`. */
export interface ScanRecord {
  /** Longest pause between two reads of one PLC, the worst of all, ms. */
  readonly longestIntervalMs: number;
  /** Reads that the least read PLC saw. */
  readonly fewestScans: number;
  /** How late a timer came in a process that does nothing else: the machine's own doing, ms. */
  readonly machineLagMs: number;
  /** How long somebody on this machine waited for a processor: no longer can anybody have waited, ms. */
  readonly stalledMs: number;
  readonly windowMs: number;
}

/** The PLCs of the siblings, in a process of their own, and a witness for how busy the machine is. */
export class ScanWatch implements AsyncDisposable {
  readonly ports: readonly number[];
  readonly #plcs: JsonLinesProcess;
  readonly #witness: JsonLinesProcess;
  #sinceMs = performance.now();
  #stallSinceMs = cpuStallMs();

  private constructor(plcs: JsonLinesProcess, ports: readonly number[]) {
    this.#plcs = plcs;
    this.ports = ports;
    this.#witness = new JsonLinesProcess(witness, []);
  }

  static async start(plcs: number): Promise<ScanWatch> {
    const process = new JsonLinesProcess(responder, ['--listeners', String(plcs), '--registers', '16']);
    const { ports } = await process.next<{ ports: readonly number[] }>();
    return new ScanWatch(process, ports);
  }

  async reset(): Promise<void> {
    await Promise.all([this.#plcs.ask({ command: 'reset' }), this.#witness.ask({ command: 'reset' })]);
    this.#sinceMs = performance.now();
    this.#stallSinceMs = cpuStallMs();
  }

  async record(): Promise<ScanRecord> {
    const [{ listeners }, { worstLagMs }] = await Promise.all([
      this.#plcs.ask<ResponderStats>({ command: 'stats' }),
      this.#witness.ask<{ worstLagMs: number }>({ command: 'stats' }),
    ]);
    return {
      longestIntervalMs: Math.max(...listeners.map(({ watched }) => watched.maxMs)),
      fewestScans: Math.min(...listeners.map(({ watched }) => watched.count)),
      machineLagMs: worstLagMs,
      stalledMs: cpuStallMs() - this.#stallSinceMs,
      windowMs: performance.now() - this.#sinceMs,
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([this.#plcs[Symbol.asyncDispose](), this.#witness[Symbol.asyncDispose]()]);
  }
}
