import { rememberDigest, type PlantDocument, type PlantDriver } from '@fieldwarden/config';
import { delay, GatewayError, type Clock, type Timer } from '@fieldwarden/core';
import type { CheckedPlant, PlantSource } from '@fieldwarden/generations';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import type {
  FromThread,
  ThreadChecked,
  ThreadContent,
  ThreadDriver,
  ThreadEdited,
  ToThread,
} from './check-messages.js';
import { deepFreeze } from './deep-freeze.js';

/** A job. Names in its document are relative to `baseDir`. */
export interface CheckJob {
  readonly source: PlantSource;
  readonly baseDir: string;
}

/** Kept for so long after a job: who validates publishes next, and starting it takes longer than most documents. */
const idleMs = 30_000;

/** 100,000 tags take about 3 s. What is not done by then waits for a third-party module that does not load. */
const jobMs = 120_000;

/** With more of them the thread ends with its job: it would keep 200 MB meanwhile. */
const keptTags = 50_000;

const notLoaded: ReadonlySet<string> = new Set(['driver-not-loaded', 'service-not-loaded']);

/** The part of a plant driver that is the same as it was: it is what runs, and need not be copied nor compared again. */
interface KnownDriver {
  readonly sha256: string;
  readonly plant: WeakRef<PlantDriver>;
}

/**
 * The thread in which large documents are checked, one after the other. It takes and gives them driver by driver: the main thread copies no
 * more than one driver at a stretch, and a plant driver that is as it was the last time comes back as the very same object.
 */
export class CheckingThread {
  readonly #clock: Clock;
  readonly #known = new Map<string, KnownDriver>();
  #worker: Worker | undefined;
  #idle: Timer | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Not to be called while another call is under way. Rejects when the thread died or did not come to an end. */
  async check(job: CheckJob): Promise<CheckedPlant> {
    return await this.#work(async (worker) => {
      const answer = await this.#submit(worker, job);
      const checked = await this.#assemble(worker, answer, job);
      const isHuge = (answer.content?.digest.tags ?? 0) > keptTags;
      // A module fails once for all; and what a huge document leaves in the thread is needed for sealing it.
      if (isHuge || checked.findings.some(({ rule }) => notLoaded.has(rule))) this.#end();
      return checked;
    });
  }

  /** `editPlantText`. The same holds. */
  async edit(text: string, document: PlantDocument): Promise<string> {
    return await this.#work(async (worker) => {
      await this.#send(worker, document, '');
      return (await this.#ask<ThreadEdited>(worker, { type: 'edit', text })).text;
    });
  }

  async #work<T>(job: (worker: Worker) => Promise<T>): Promise<T> {
    this.#idle?.[Symbol.dispose]();
    this.#idle = undefined;
    const worker = (this.#worker ??= startWorker());
    worker.ref();
    try {
      return await job(worker);
    } catch (error) {
      this.#end();
      throw error;
    } finally {
      this.#rest();
    }
  }

  /** Ends the thread, if it is at rest: the next job starts another. */
  release(): void {
    if (this.#idle === undefined) return;
    this.#idle[Symbol.dispose]();
    this.#idle = undefined;
    this.#end();
  }

  async #submit(worker: Worker, { source, baseDir }: CheckJob): Promise<ThreadChecked> {
    if ('text' in source) return await this.#ask(worker, { type: 'text', text: source.text, baseDir });
    await this.#send(worker, source.document, baseDir);
    return await this.#ask(worker, { type: 'check' });
  }

  /** A document, driver by driver. */
  async #send(worker: Worker, document: unknown, baseDir: string): Promise<void> {
    const { drivers, ...rest } = document as { readonly drivers: readonly unknown[] };
    tell(worker, { type: 'document', shell: rest, baseDir });
    for (const driver of drivers) {
      tell(worker, { type: 'driver', driver });
      await nextTurn();
    }
  }

  async #assemble(worker: Worker, { findings, content }: ThreadChecked, { source }: CheckJob): Promise<CheckedPlant> {
    if (!content) return { findings };
    const documents: ThreadDriver['document'][] = [];
    const drivers: PlantDriver[] = [];
    for (const [index, { id, sha256 }] of content.drivers.entries()) {
      const known = this.#knownDriver(id, sha256);
      const got = await this.#ask<ThreadDriver>(worker, { type: 'fetch', index, plant: known === undefined });
      documents.push(deepFreeze(got.document));
      drivers.push(known ?? this.#learn(sha256, deepFreeze(got.plant!)));
      await nextTurn();
    }
    this.#forgetOthers(content);
    const plant = deepFreeze({ ...content.plant, drivers });
    return { findings, plant, document: documentOf(content, documents), ...sourceOf(content, source) };
  }

  #knownDriver(id: string, sha256: string): PlantDriver | undefined {
    const known = this.#known.get(id);
    return known?.sha256 === sha256 ? known.plant.deref() : undefined;
  }

  #learn(sha256: string, plant: PlantDriver): PlantDriver {
    this.#known.set(plant.id, { sha256, plant: new WeakRef(plant) });
    return plant;
  }

  #forgetOthers({ drivers }: ThreadContent): void {
    const ids = new Set(drivers.map(({ id }) => id));
    for (const id of this.#known.keys()) if (!ids.has(id)) this.#known.delete(id);
  }

  async #ask<T extends FromThread>(worker: Worker, message: ToThread): Promise<T> {
    const over = new AbortController();
    const late = delay(this.#clock, jobMs, over.signal).then(() => Promise.reject(unfinished()));
    const ended = once(worker, 'exit', over).then(() => Promise.reject(threadEnded()));
    const reply = once(worker, 'message', over) as Promise<[T]>;
    for (const loser of [late, ended, reply]) loser.catch(() => undefined);
    try {
      tell(worker, message);
      const [answer] = await Promise.race([reply, ended, late]);
      return answer;
    } finally {
      over.abort();
    }
  }

  #rest(): void {
    if (!this.#worker) return;
    this.#worker.unref();
    this.#idle = this.#clock.setTimer(() => this.#end(), idleMs);
    this.#idle.unref();
  }

  #end(): void {
    void this.#worker?.terminate();
    this.#worker = undefined;
  }
}

function startWorker(): Worker {
  const worker = new Worker(createRequire(import.meta.url).resolve('@fieldwarden/gateway/plant-checker-worker'));
  worker.on('error', () => undefined); // whoever waits for an answer hears it
  return worker;
}

function tell(worker: Worker, message: ToThread): void {
  worker.postMessage(message);
}

function documentOf({ document, digest }: ThreadContent, drivers: PlantDocument['drivers']): PlantDocument {
  const whole = deepFreeze({ ...document, drivers });
  rememberDigest(whole, digest);
  return whole;
}

function unfinished(): GatewayError {
  return new GatewayError({
    code: 'CHECK_UNFINISHED',
    kind: 'timeout',
    message: `its check did not end within ${jobMs / 1000} s; a third-party driver that does not load is a likely cause`,
  });
}

function threadEnded(): GatewayError {
  return new GatewayError({
    code: 'CHECK_THREAD_ENDED',
    kind: 'bug',
    message: 'the thread that checks it ended; a third-party driver that exits when it is loaded is a likely cause',
  });
}

/** The text is not sent back where it is the one that was sent. */
function sourceOf({ source }: ThreadContent, asked: PlantSource): Pick<CheckedPlant, 'source'> {
  if (!source || !('text' in asked)) return {};
  return { source: { text: source.text ?? asked.text, sha256: source.sha256 } };
}
