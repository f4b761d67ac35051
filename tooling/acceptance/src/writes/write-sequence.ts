import { delay, isGatewayError, systemClock, type WriteOutcome } from '@fieldwarden/core';
import { RunningPlant } from '@fieldwarden/gateway/testing';
import type { WriteReply } from '@fieldwarden/gateway-contract';
import fc from 'fast-check';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { answerTimeoutMs, type CountingPlc, type PlcFault } from './counting-plc.js';
import { testOrigin } from '@fieldwarden/testkit';

/** What an operator, an engineer or fate does to the driver while values are written. */
export const disturbances = ['kill', 'restart', 'stop', 'promote', 'demote', 'recycle', 'apply', 'alter'] as const;

export type Disturbance = (typeof disturbances)[number];

export interface SequenceStep {
  /** Waits for the driver to be over what was before; else it may still be finding its way back. */
  readonly recovered: boolean;
  /** Index into the PLC's faults; undefined: everything works. */
  readonly fault: number | undefined;
  /** Sizes of the requests, all made at once. */
  readonly requests: readonly number[];
  readonly disturbance: Disturbance | undefined;
  /** From the requests to the disturbance: it is to strike before, while and after they are sent. */
  readonly disturbedAfterMs: number;
}

export interface WriteSequence {
  readonly isolation: 'in-process' | 'host';
  readonly writeWhileDemoted: 'refuse' | 'try';
  readonly steps: readonly SequenceStep[];
}

/** What became of one tag, as the gateway said and as the PLC counted. */
export interface WriteVerdict {
  readonly number: number;
  readonly outcome: WriteOutcome;
  readonly arrived: number | undefined;
  readonly carriedOut: number;
  readonly isIdempotent: boolean;
  /**
   * Nobody can know of each request whether it was sent: requests may have got lost, or the Host that sent them, or a process stood
   * still until its callers had been answered.
   */
  readonly isHidden: boolean;
  /** The PLC was refusing what it got. */
  readonly isRefused: boolean;
  readonly during: string;
}

export const tagsPerSequence = 60;
const driverId = 'plc';
const pathOf = (number: number): string => `plc/tag-${number}`;
const isIdempotent = (number: number): boolean => number % 5 === 4;

export function writeSequences(faultCount: number, isolation: WriteSequence['isolation']): fc.Arbitrary<WriteSequence> {
  const step: fc.Arbitrary<SequenceStep> = fc.record({
    recovered: fc.boolean(),
    fault: fc.option(fc.nat(faultCount - 1), { nil: undefined, freq: 5 }),
    requests: fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 1, maxLength: 3 }),
    disturbance: fc.option(fc.constantFrom(...disturbances), { nil: undefined, freq: 2 }),
    disturbedAfterMs: fc.nat(answerTimeoutMs / 2),
  });
  return fc.record({
    isolation: fc.constant(isolation),
    writeWhileDemoted: fc.constantFrom('refuse' as const, 'try' as const),
    steps: fc.array(step, { minLength: 1, maxLength: 3 }),
  });
}

/** Carries one sequence out against a PLC of its own, and tells what became of each tag that was written. */
export async function carryOut(
  sequence: WriteSequence,
  start: () => Promise<CountingPlc>,
): Promise<readonly WriteVerdict[]> {
  await using plc = await start();
  const run = await SequenceRun.begin(sequence, plc);
  return await run.toTheEnd();
}

interface Written {
  readonly number: number;
  readonly reply: WriteReply;
  readonly isHidden: boolean;
  readonly isRefused: boolean;
  readonly during: string;
}

class SequenceRun {
  readonly #sequence: WriteSequence;
  readonly #plc: CountingPlc;
  readonly #plant: RunningPlant;
  readonly #written: Written[] = [];
  #nextTag = 0;
  #generation = 1;

  private constructor(sequence: WriteSequence, plc: CountingPlc, plant: RunningPlant) {
    this.#sequence = sequence;
    this.#plc = plc;
    this.#plant = plant;
  }

  static async begin(sequence: WriteSequence, plc: CountingPlc): Promise<SequenceRun> {
    const plant = await RunningPlant.start(documentOf(sequence, plc, 1));
    await plant.good(pathOf(tagsPerSequence));
    return new SequenceRun(sequence, plc, plant);
  }

  async toTheEnd(): Promise<readonly WriteVerdict[]> {
    for (const step of this.#sequence.steps) await this.#carryOut(step);
    await this.#plant[Symbol.asyncDispose]();
    await this.#plc.settled();
    return this.#written.map(({ reply, ...written }) => ({
      ...written,
      ...this.#plc.count(written.number),
      outcome: isGatewayError(reply) ? reply.writeOutcome : reply.outcome,
      isIdempotent: isIdempotent(written.number),
    }));
  }

  async #carryOut(step: SequenceStep): Promise<void> {
    const { recovered, fault: index, requests, disturbance, disturbedAfterMs } = step;
    if (recovered) await this.#plant.good(pathOf(tagsPerSequence));
    const fault = index === undefined ? undefined : this.#plc.faults[index];
    fault?.begin();
    using stall = new StallWatch();
    const isHidden = (): boolean =>
      this.#sequence.isolation === 'host' || fault?.hidesRequests === true || disturbance !== undefined || stall.seen;
    const circumstances = { isRefused: fault?.refuses === true, during: nameOf(fault, disturbance) };
    const written = requests.map((size) => this.#write(size, circumstances, isHidden));
    const disturbed = disturbance && delay(systemClock, disturbedAfterMs).then(() => this.#disturb(disturbance));
    await Promise.all(written);
    await this.#plc.heal();
    await disturbed;
  }

  async #write(
    size: number,
    circumstances: Pick<Written, 'isRefused' | 'during'>,
    isHidden: () => boolean,
  ): Promise<void> {
    const numbers = Array.from({ length: Math.min(size, tagsPerSequence - this.#nextTag) }, () => this.#nextTag++);
    const items = numbers.map((number) => ({ path: pathOf(number), json: this.#plc.valueFor(number) }));
    const replies = await this.#plant.writes.writePaths(items, testOrigin({ correlationId: 'sequence' }));
    numbers.forEach((number, i) =>
      this.#written.push({ number, reply: replies[i], isHidden: isHidden(), ...circumstances }),
    );
  }

  /** Never rejects: a driver that is starting may turn an action down. */
  async #disturb(disturbance: Disturbance): Promise<void> {
    const driver = this.#plant.driver(driverId);
    const actions: Readonly<Record<Disturbance, () => Promise<unknown>>> = {
      kill: () => Promise.resolve(kill(driver.facts.pid)),
      restart: () => driver.restart(),
      stop: async () => {
        await driver.stop();
        await driver.start();
      },
      promote: () => driver.promote(),
      demote: () => driver.demote(),
      recycle: () => driver.recycle(),
      apply: () => this.#plant.apply(documentOf(this.#sequence, this.#plc, ++this.#generation)),
      alter: () =>
        this.#plant.apply(
          documentOf(this.#sequence, this.#plc, ++this.#generation, { connectTimeoutMs: 500 + this.#generation }),
        ),
    };
    await actions[disturbance]().catch(() => undefined);
  }
}

function nameOf(fault: PlcFault | undefined, disturbance: Disturbance | undefined): string {
  return `${fault?.name ?? 'all works'}, ${disturbance ?? 'undisturbed'}`;
}

/** Whether this process stood still: then a driver cannot say in time what it did. */
class StallWatch implements Disposable {
  readonly #delay = monitorEventLoopDelay({ resolution: 1 });

  constructor() {
    this.#delay.enable();
  }

  get seen(): boolean {
    return this.#delay.max > 15e6; // ns
  }

  [Symbol.dispose](): void {
    this.#delay.disable();
  }
}

/** There may be none at the moment, or none at all. */
function kill(pid: number | null): void {
  if (pid === null) return;
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // it has ended by itself
  }
}

/** `generation` renames a tag that nobody writes, so that each differs from the one before. */
function documentOf(
  { isolation, writeWhileDemoted }: WriteSequence,
  plc: CountingPlc,
  generation: number,
  more: object = {},
): object {
  const written = Array.from({ length: tagsPerSequence }, (_, number) => ({
    path: pathOf(number),
    ...plc.tag(number),
    access: 'read-write',
    writeIdempotent: isIdempotent(number),
    scanMs: 100,
  }));
  const watched = { path: pathOf(tagsPerSequence), ...plc.tag(tagsPerSequence + 2), scanMs: 20 };
  const renamed = { path: `plc/generation-${generation}`, ...plc.tag(tagsPerSequence + 3), scanMs: 60_000 };
  return {
    version: 1,
    site: 'test',
    drivers: [
      {
        id: driverId,
        type: plc.type,
        isolation,
        options: { ...plc.options, ...more },
        resilience: {
          breaker: { failures: 3, probeMs: 100, maxProbeMs: 100 },
          read: { timeoutMs: 300, retries: 1 },
          write: { timeoutMs: 500, retries: 1 },
          writeWhileDemoted,
        },
        supervision: { drainMs: 200, backoff: { initialMs: 10, maxMs: 20 }, crashLoop: { crashes: 1_000 } },
        devices: [{ id: 'unit', options: plc.deviceOptions, tags: [...written, watched, renamed] }],
      },
    ],
  };
}
