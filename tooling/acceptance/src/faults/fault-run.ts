import type { DriverDetail, PostMortemList } from '@fieldwarden/admin-contract';
import { messageOf } from '@fieldwarden/core';
import { waitFor } from '@fieldwarden/testkit';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { GatewayProcess } from '../processes/gateway-process.js';
import { processUsage } from '../processes/process-usage.js';
import { collectGarbage, freeInspectorPort } from './collect-garbage.js';
import type { InjectedFault, FaultOutcome, Scene } from './fault.js';
import {
  faultPlant,
  neverWell,
  scanMs,
  siblings,
  sleepers,
  vanishingScript,
  writeVanishingScript,
} from './fault-plant.js';
import { ScanWatch, type ScanRecord } from './scan-watch.js';

export interface FaultResult {
  readonly fault: InjectedFault;
  /** The driver as it was in the end. */
  readonly seen: DriverDetail | undefined;
  /** From the fault until then. */
  readonly tookMs: number;
  readonly scans: ScanRecord;
  /** More than this between two scans of a sibling is a missed scan, on this machine at this time. */
  readonly limitMs: number;
  readonly residentBytes: number;
  /** Undefined: all as it must be. */
  readonly failure: string | undefined;
}

const quietMs = 4_000;

/** A started gateway with three healthy siblings, to which one fault after the other happens. */
export class FaultRun implements AsyncDisposable {
  readonly gateway: GatewayProcess;
  readonly #watch: ScanWatch;
  readonly #folder: string;
  /** How far a scan is off its time when nothing happens. */
  #quietJitterMs = 0;

  private constructor(gateway: GatewayProcess, watch: ScanWatch, folder: string) {
    this.gateway = gateway;
    this.#watch = watch;
    this.#folder = folder;
  }

  static async start(): Promise<FaultRun> {
    const watch = await ScanWatch.start(siblings.length);
    const folder = mkdtempSync(join(tmpdir(), 'fieldwarden-faults-'));
    const script = join(folder, vanishingScript);
    writeVanishingScript(script);
    const plant = join(folder, 'plant.yaml');
    writeFileSync(plant, JSON.stringify(faultPlant(watch.ports)));
    const run = new FaultRun(await GatewayProcess.start(plant, freeInspectorPort), watch, folder);
    await run.#settle();
    await run.#listenToTheQuiet();
    return run;
  }

  get residentBytes(): number {
    return processUsage(this.gateway.pid).residentBytes;
  }

  /** What the gateway's process holds, its garbage left aside. */
  async heldBytes(): Promise<number> {
    await collectGarbage(this.gateway);
    await collectGarbage(this.gateway); // what the first one finalised
    return this.residentBytes;
  }

  /** Lets it happen, waits for what must come of it, and puts the driver right again. */
  async suffer(fault: InjectedFault): Promise<FaultResult> {
    await this.#settle();
    if (isOneOf(sleepers, fault.driver)) await this.gateway.operate(fault.driver, 'start');
    if (!isOneOf(neverWell, fault.driver)) await this.gateway.driverTurns(fault.driver, 'Healthy');
    const before = await this.gateway.driver(fault.driver);
    await this.#watch.reset();
    await sleep(2 * scanMs); // a pause is seen only after a scan
    const startMs = performance.now();
    let failure = await failureOf(async () => await this.#strike(fault, before));
    const tookMs = performance.now() - startMs;
    const scans = await this.#watch.record();
    const limitMs = 2 * scanMs + 2 * this.#quietJitterMs + machineMs(scans);
    if (!fault.stopsGateway && scans.longestIntervalMs > limitMs) failure ??= `a sibling missed a scan`;
    const seen = await this.gateway.driver(fault.driver).catch(() => undefined);
    failure ??= await failureOf(async () => await this.#putRight(fault));
    return { fault, seen, tookMs, scans, limitMs, residentBytes: this.residentBytes, failure };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.gateway[Symbol.asyncDispose]();
    await this.#watch[Symbol.asyncDispose]();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  async #strike(fault: InjectedFault, before: DriverDetail): Promise<void> {
    const scene = this.#scene(before);
    await fault.strike(scene);
    await waitFor(async () => meets(await this.gateway.driver(before.id), before, fault.outcome), {
      what: `${before.id} to be ${describeOutcome(fault.outcome)}`,
      timeoutMs: 30_000,
      intervalMs: 20,
    });
    await fault.verify?.(scene);
    await this.#isRecorded(before, fault.outcome);
    await sleep(2 * scanMs); // the scans that may have been late are done
    for (const id of siblings) await this.#isHealthy(id);
  }

  /** SPEC §4.3: a death that nobody asked for leaves a post-mortem. */
  async #isRecorded({ id }: DriverDetail, { cause }: FaultOutcome): Promise<void> {
    if (cause === null || cause === 'operator') return;
    const { postMortems } = await this.gateway.get<PostMortemList>(`/drivers/${id}/post-mortems`);
    const newest = postMortems[0]?.cause;
    if (newest !== cause) throw new Error(`the newest post-mortem says ${newest}`);
  }

  #scene(before: DriverDetail): Scene {
    const { gateway } = this;
    return {
      gateway,
      folder: this.#folder,
      before,
      get pid() {
        if (before.pid === null) throw new Error(`${before.id} has no process`);
        return before.pid;
      },
      command: async (text) => {
        const answer = await gateway.write(`faults/${before.id}/command`, text);
        if (answer.outcome !== 'done') throw new Error(`command ${text} was not obeyed: ${JSON.stringify(answer)}`);
      },
      valueTurns: async (status) => await gateway.tagTurns(`faults/${before.id}/value`, status),
    };
  }

  async #isHealthy(id: string): Promise<void> {
    const { state, lastError } = await this.gateway.driver(id);
    if (state !== 'Healthy') throw new Error(`sibling ${id} is ${state}: ${lastError?.message}`);
  }

  /** Who was stopped before is stopped again; the others forget their crashes and faults. */
  async #putRight({ driver, outcome }: InjectedFault): Promise<void> {
    if (isOneOf(sleepers, driver) || isOneOf(neverWell, driver)) await this.gateway.operate(driver, 'stop');
    else await this.gateway.operate(driver, outcome.state === 'Healthy' ? 'reset' : 'restart');
  }

  async #settle(): Promise<void> {
    for (const id of siblings) await this.gateway.driverTurns(id, 'Healthy');
  }

  async #listenToTheQuiet(): Promise<void> {
    await sleep(1_000);
    await this.#watch.reset();
    await sleep(quietMs);
    const { longestIntervalMs } = await this.#watch.record();
    this.#quietJitterMs = Math.max(0, longestIntervalMs - scanMs);
  }
}

const isOneOf = (names: readonly string[], name: string): boolean => names.includes(name);

/** What a busy machine may have cost a scan, however good the gateway. Not more than a second: beyond that a run says nothing. */
function machineMs({ machineLagMs, stalledMs }: ScanRecord): number {
  return 2 * machineLagMs + Math.min(stalledMs, 1_000);
}

async function failureOf(work: () => Promise<void>): Promise<string | undefined> {
  try {
    await work();
    return undefined;
  } catch (error) {
    return messageOf(error);
  }
}

/** Throws with what is instead, so that a wait which was in vain can say it. */
function meets(now: DriverDetail, before: DriverDetail, { state, cause, crashLoop }: FaultOutcome): boolean {
  const isSameProcess = now.pid !== null && now.pid === before.pid;
  const hasCause = cause === null ? isSameProcess : !isSameProcess && now.lastCause === cause;
  if (now.state === state && hasCause && now.crashLoop === (crashLoop ?? 'closed')) return true;
  throw new Error(
    `it is ${now.state}, last cause ${now.lastCause}, crash loop ${now.crashLoop}, pid ${before.pid} → ${now.pid}`,
  );
}

export function describeOutcome({ state, cause, crashLoop }: FaultOutcome): string {
  return [state, cause ?? 'alive', ...(crashLoop ? [`crash loop ${crashLoop}`] : [])].join(', ');
}
