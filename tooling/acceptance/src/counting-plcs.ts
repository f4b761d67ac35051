import { fileURLToPath } from 'node:url';
import { JsonLinesProcess } from './processes/json-lines-process.js';

const program = fileURLToPath(import.meta.resolve('@fieldwarden/sim-plc/modbus-responder'));

/** What one PLC saw since the last `reset`. */
export interface PlcCounts {
  readonly port: number;
  /** Accepted since it runs; no reset. */
  readonly connections: number;
  readonly requests: number;
  /** Reads that begin at register 0: their number is one more than `count`. */
  readonly watched: { readonly count: number; readonly maxMs: number };
}

/**
 * Modbus PLCs in a process of their own, so that nothing that a test does delays them. Unit 1 of each has 2,000 holding registers: the
 * float32 at register 2k of PLC p holds 1000p + k.
 */
export class CountingPlcs implements AsyncDisposable {
  readonly ports: readonly number[];
  readonly #process: JsonLinesProcess;

  private constructor(process: JsonLinesProcess, ports: readonly number[]) {
    this.#process = process;
    this.ports = ports;
  }

  static async start(plcs: number): Promise<CountingPlcs> {
    const process = new JsonLinesProcess(program, ['--listeners', String(plcs), '--registers', '2000']);
    const { ports } = await process.next<{ readonly ports: readonly number[] }>();
    return new CountingPlcs(process, ports);
  }

  /** In the order of `ports`. */
  async counts(): Promise<readonly PlcCounts[]> {
    const { listeners } = await this.#process.ask<{ readonly listeners: readonly PlcCounts[] }>({ command: 'stats' });
    return listeners;
  }

  /**
   * Scans that should have begun between the first and the last that each PLC saw since the last `reset`, and did not. However late a
   * scan comes, it counts.
   */
  async missedScans(scanMs: number): Promise<readonly number[]> {
    const { readAtMs } = await this.#process.ask<{ readonly readAtMs: readonly (readonly number[])[] }>({
      command: 'times',
    });
    return readAtMs.map(
      (times) => Math.round(((times.at(-1) ?? 0) - (times[0] ?? 0)) / scanMs) - Math.max(0, times.length - 1),
    );
  }

  async reset(): Promise<void> {
    await this.#process.ask({ command: 'reset' });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#process[Symbol.asyncDispose]();
  }
}
