import {
  rememberDigest,
  type DocumentPlace,
  type LoadedDocument,
  type PlantDocument,
  type PlantDriver,
  type TagImportRequest,
  type TextImport,
} from '@fieldwarden/config';
import { delay, GatewayError, type Clock, type Timer } from '@fieldwarden/core';
import type { CheckedPlant, PlantSource } from '@fieldwarden/generations';
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type {
  Checked,
  CheckedContent,
  CheckedDriver,
  Edited,
  FromChecker,
  Imported,
  ToChecker,
} from './check-messages.js';
import { deepFreeze } from './deep-freeze.js';

/** With more of them the process ends with its job: it would keep 200 MB meanwhile. */
const keptTags = 50_000;

export type CheckedDocument = LoadedDocument & Pick<CheckedPlant, 'source'>;

/** A job. */
export interface CheckJob {
  readonly source: PlantSource;
  readonly place: DocumentPlace;
}

/** Kept for so long after a job: who validates publishes next, and starting it takes longer than most documents. */
const idleMs = 30_000;

/** 100,000 tags take about 3 s, 500,000 about 8, and several times that on a busy machine. */
const jobMs = 120_000;

/** Of its heap: the syntax tree of 100,000 tags takes 700. Of what is larger the check ends, and with it its process. */
const heapMiB = 1_024;

/** Characters that are copied at a stretch. */
const partLength = 1 << 20;

/** The part of a plant driver that is the same as it was: it is what runs, and need not be copied nor compared again. */
interface KnownDriver {
  readonly sha256: string;
  readonly plant: WeakRef<PlantDriver>;
}

/**
 * The process in which documents are checked, one after the other: whatever a document does to memory and time, it does there. (A thread with
 * limits is not enough: one large allocation ends its whole process.) It takes and gives documents driver by driver: the gateway copies no
 * more than one driver at a stretch, and a plant driver that is as it was the last time comes back as the very same object.
 */
export class CheckingProcess {
  readonly #clock: Clock;
  readonly #known = new Map<string, KnownDriver>();
  #child: ChildProcess | undefined;
  #idle: Timer | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Not to be called while another call is under way. Rejects when the process died or did not come to an end. */
  async check({ source, place }: CheckJob): Promise<CheckedDocument> {
    return await this.#work(async (child) => {
      const answer = await this.#submit(child, source, place);
      const checked = await this.#assemble(child, answer, source);
      if ((answer.content?.digest.tags ?? 0) > keptTags) this.#end();
      return checked;
    });
  }

  /** `editPlantText`. */
  async edit(text: string, document: PlantDocument): Promise<string> {
    return await this.#work(async (child) => {
      await sendText(child, text);
      await sendDocument(child, document, nowhere);
      return (await this.#ask<Edited>(child, { type: 'edit' })).text;
    });
  }

  /** The same for tags that are put into a document. */
  async import(text: string, { table, ...request }: TagImportRequest, place: DocumentPlace): Promise<TextImport> {
    return await this.#work(async (child) => {
      await sendText(child, text);
      await sendText(child, table);
      const question = { type: 'import', place, textLength: text.length, request } as const;
      const { outcome } = await this.#ask<Imported>(child, question);
      return outcome;
    });
  }

  /** Ends the process, if it is at rest: the next job starts another. */
  release(): void {
    if (this.#idle === undefined) return;
    this.#idle[Symbol.dispose]();
    this.#idle = undefined;
    this.#end();
  }

  async #work<T>(work: (child: ChildProcess) => Promise<T>): Promise<T> {
    this.#idle?.[Symbol.dispose]();
    this.#idle = undefined;
    const child = (this.#child ??= startChild());
    child.ref();
    child.channel?.ref();
    try {
      return await work(child);
    } catch (error) {
      this.#end();
      throw error;
    } finally {
      this.#rest();
    }
  }

  async #submit(child: ChildProcess, source: PlantSource, place: DocumentPlace): Promise<Checked> {
    if ('text' in source) {
      await sendText(child, source.text);
      return await this.#ask(child, { type: 'check-text', place });
    }
    const { document } = source;
    const { drivers, ...rest } = (isGroup(document) ? document : {}) as { readonly drivers?: unknown };
    if (!Array.isArray(drivers)) {
      await sendText(child, JSON.stringify(document) ?? '');
      return await this.#ask(child, { type: 'check-text', place });
    }
    await sendDocument(child, { ...rest, drivers: drivers as readonly unknown[] }, place);
    return await this.#ask(child, { type: 'check' });
  }

  async #assemble(
    child: ChildProcess,
    { findings, modules, content }: Checked,
    asked: PlantSource,
  ): Promise<CheckedDocument> {
    if (!content) return { findings, modules };
    const documents: CheckedDriver['document'][] = [];
    const drivers: PlantDriver[] = [];
    for (const [index, { id, sha256 }] of content.drivers.entries()) {
      const known = this.#knownDriver(id, sha256);
      const got = await this.#ask<CheckedDriver>(child, { type: 'fetch', index, plant: known === undefined });
      documents.push(deepFreeze(got.document));
      drivers.push(known ?? this.#learn(sha256, deepFreeze(got.plant!)));
      await nextTurn();
    }
    this.#forgetOthers(content);
    const plant = deepFreeze({ ...content.plant, drivers });
    const document = documentOf(content, documents);
    return { findings, modules, secrets: content.secrets, plant, document, ...sourceOf(content, asked) };
  }

  #knownDriver(id: string, sha256: string): PlantDriver | undefined {
    const known = this.#known.get(id);
    return known?.sha256 === sha256 ? known.plant.deref() : undefined;
  }

  #learn(sha256: string, plant: PlantDriver): PlantDriver {
    this.#known.set(plant.id, { sha256, plant: new WeakRef(plant) });
    return plant;
  }

  #forgetOthers({ drivers }: CheckedContent): void {
    const ids = new Set(drivers.map(({ id }) => id));
    for (const id of this.#known.keys()) if (!ids.has(id)) this.#known.delete(id);
  }

  async #ask<T extends FromChecker>(child: ChildProcess, message: ToChecker): Promise<T> {
    const over = new AbortController();
    const late = delay(this.#clock, jobMs, over.signal).then(() => Promise.reject(unfinished()));
    const ended = once(child, 'exit', over).then(([code, signal]) =>
      Promise.reject(checkEnded(code as number | null, signal as string | null)),
    );
    const reply = once(child, 'message', over) as Promise<[T]>;
    for (const loser of [late, ended, reply]) loser.catch(() => undefined);
    try {
      if (child.exitCode !== null || child.signalCode !== null) throw checkEnded(child.exitCode, child.signalCode);
      tell(child, message);
      const [answer] = await Promise.race([reply, ended, late]);
      return answer;
    } finally {
      over.abort();
    }
  }

  #rest(): void {
    if (!this.#child) return;
    this.#child.unref();
    this.#child.channel?.unref();
    this.#idle = this.#clock.setTimer(() => this.#end(), idleMs);
    this.#idle.unref();
  }

  #end(): void {
    this.#child?.kill('SIGKILL');
    this.#child = undefined;
  }
}

function startChild(): ChildProcess {
  const main = createRequire(import.meta.url).resolve('@fieldwarden/gateway/plant-checker-main');
  const child = fork(main, {
    execArgv: [`--max-old-space-size=${heapMiB}`],
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
  child.on('error', () => undefined); // whoever waits for an answer hears it
  return child;
}

async function sendText(child: ChildProcess, text: string): Promise<void> {
  for (let at = 0; at < text.length; at += partLength) {
    tell(child, { type: 'text-part', part: text.slice(at, at + partLength) });
    await nextTurn();
  }
}

function tell(child: ChildProcess, message: ToChecker): void {
  if (child.connected) child.send(message, () => undefined);
}

/** Driver by driver. */
async function sendDocument(
  child: ChildProcess,
  { drivers = [], ...shell }: { readonly drivers?: readonly unknown[] | undefined },
  place: DocumentPlace,
): Promise<void> {
  tell(child, { type: 'document', shell, place });
  for (const driver of drivers) {
    tell(child, { type: 'driver', driver });
    await nextTurn();
  }
}

/** Of an edit, which looks nothing up. */
const nowhere: DocumentPlace = { baseDir: '', secretFolders: [], modules: { folders: [] } };

/** The text is not sent back where it is the one that was sent. */
function sourceOf({ source }: CheckedContent, asked: PlantSource): Pick<CheckedPlant, 'source'> {
  if (!source || !('text' in asked)) return {};
  return { source: { text: source.text ?? asked.text, sha256: source.sha256 } };
}

function isGroup(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function documentOf({ document, digest }: CheckedContent, drivers: PlantDocument['drivers']): PlantDocument {
  const whole = deepFreeze(document.drivers ? { ...document, drivers } : document);
  rememberDigest(whole, digest);
  return whole;
}

function unfinished(): GatewayError {
  return new GatewayError({
    code: 'CHECK_UNFINISHED',
    kind: 'timeout',
    message: `its check did not end within ${jobMs / 1000} s and was ended`,
  });
}

function checkEnded(code: number | null, signal: string | null): GatewayError {
  const outOfMemory = signal === 'SIGABRT' || code === 134;
  return new GatewayError({
    code: outOfMemory ? 'CHECK_TOO_LARGE' : 'CHECK_ENDED',
    kind: 'overloaded',
    message: outOfMemory
      ? `its check took more than ${heapMiB} MiB of memory and was ended; no plant needs so much`
      : `the process that checks it ended (${signal ?? `exit code ${code}`})`,
  });
}
