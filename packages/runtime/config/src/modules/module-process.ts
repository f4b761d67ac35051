import { GatewayError, systemClock } from '@fieldwarden/core';
import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import type { z } from 'zod';
import {
  driverVerdicts,
  moduleDescription,
  moduleFailure,
  serviceVerdicts,
  type ModuleDescription,
  type ModuleToLoad,
  type ModuleUses,
} from './module-messages.js';

/** Importing does no work, and judging options little: what is not done by then waits for something, or loops. */
const answerMs = 10_000;

/** Of the heap, and of all memory: more than any module needs to be there. */
const heapMiB = 256;
const memoryMiB = 512;
const lookEveryMs = 100;

/** Of an answer: findings and options, never values. */
const maxAnswerBytes = 32 * 1024 * 1024;

/**
 * A throw-away process with one third party's module in it (§3.5, §16.3): without this process's environment, with little memory and time,
 * by Node's permission model without the right to write files, start programs or read beyond the folders of modules. It says what
 * the module is and what it has against a document, as data. Dispose it: nothing of it stays.
 */
export class ModuleProcess implements Disposable {
  readonly #module: ModuleToLoad;
  readonly #child: ChildProcess;
  readonly #answers: AsyncIterator<string>;
  readonly #ended: Promise<never>;
  readonly #watch: Disposable;
  #tooLarge = false;

  /** `folders`: what it may read, beside the gateway's own packages and those that are installed for the module. */
  constructor(module: ModuleToLoad, folders: readonly string[]) {
    this.#module = module;
    const main = createRequire(import.meta.url).resolve('@fieldwarden/config/module-process-main');
    const [program, ...first] = withCpuLimit(process.execPath);
    this.#child = spawn(program, [...first, ...flags([...folders, ...installedFor(module.url)]), main], {
      cwd: '/',
      env: {},
      stdio: ['pipe', 'ignore', 'ignore', 'pipe'],
    });
    this.#child.stdin!.on('error', () => undefined); // its end tells why
    const pipe = this.#child.stdio[3] as Readable;
    pipe.on('error', () => undefined);
    this.#answers = createInterface({ input: bounded(pipe, () => this.#endTooLarge()) })[Symbol.asyncIterator]();
    const { promise, reject } = Promise.withResolvers<never>();
    this.#ended = promise;
    promise.catch(() => undefined);
    this.#child.once('error', reject);
    this.#child.once('exit', (code, signal) => reject(new Error(this.#whyEnded(code, signal))));
    this.#watch = watchMemory(this.#child, () => this.#endTooLarge());
  }

  /** Loads it. Rejects with kind `config` and the reason as its cause. */
  async describe(): Promise<ModuleDescription> {
    const { url, what } = this.#module;
    return await this.#ask({ url, what }, moduleDescription);
  }

  async judge(uses: Extract<ModuleUses, { what: 'driver' }>): Promise<z.output<typeof driverVerdicts>>;
  async judge(uses: Extract<ModuleUses, { what: 'service' }>): Promise<z.output<typeof serviceVerdicts>>;
  async judge(uses: ModuleUses): Promise<unknown> {
    return await this.#ask(uses, uses.what === 'driver' ? driverVerdicts : serviceVerdicts);
  }

  [Symbol.dispose](): void {
    this.#watch[Symbol.dispose]();
    this.#child.kill('SIGKILL');
    for (const stream of this.#child.stdio) (stream as Readable | Writable | null)?.destroy();
  }

  async #ask<Schema extends z.ZodType>(question: object, schema: Schema): Promise<z.output<Schema>> {
    try {
      return schema.parse(await this.#lineOf(question));
    } catch (cause) {
      const { url, what } = this.#module;
      const code = `${what.toUpperCase()}_NOT_LOADED`;
      const reason = cause instanceof Error && cause.name === 'ZodError' ? new Error('its answer has no shape') : cause;
      throw new GatewayError({
        code,
        kind: 'config',
        message: `${what} module ${url} could not be loaded`,
        cause: reason,
      });
    }
  }

  async #lineOf(question: object): Promise<unknown> {
    const late = Promise.withResolvers<never>();
    const timer = systemClock.setTimer(
      () => late.reject(new Error(`importing it did not come to an end within ${answerMs / 1000} s`)),
      answerMs,
    );
    try {
      this.#child.stdin!.write(`${JSON.stringify(question)}\n`);
      const line = await Promise.race([this.#answers.next(), late.promise, this.#ended]);
      if (line.done === true) return await Promise.race([this.#ended, late.promise]);
      const answer: unknown = JSON.parse(line.value);
      const failure = moduleFailure.safeParse(answer);
      if (failure.success) throw new Error(failure.data.failed);
      return answer;
    } finally {
      timer[Symbol.dispose]();
    }
  }

  #endTooLarge(): void {
    this.#tooLarge = true;
    this.#child.kill('SIGKILL');
  }

  #whyEnded(code: number | null, signal: NodeJS.Signals | null): string {
    if (this.#tooLarge || signal === 'SIGABRT' || code === 134)
      return `it takes more memory than it may (${memoryMiB} MiB)`;
    return `it ends the process when it is imported (${signal ?? `exit code ${code}`})`;
  }
}

/** If the checker is killed in the middle of a check, a module that loops ends all the same. */
const cpuSeconds = 60;

function withCpuLimit(program: string): readonly [string, ...string[]] {
  if (!existsSync('/bin/sh')) return [program];
  return ['/bin/sh', '-c', `ulimit -t ${cpuSeconds}; exec "$0" "$@"`, program];
}

/** Native modules are let in: drivers wrap them, and the folder is the operator's choice. */
function flags(folders: readonly string[]): readonly string[] {
  const readable = ['/proc/self/fd', ...ownPackages(), ...folders.flatMap((folder) => [folder, join(folder, '*')])];
  return [
    `--max-old-space-size=${heapMiB}`,
    '--no-warnings',
    '--permission',
    '--allow-addons',
    ...readable.map((path) => `--allow-fs-read=${path}`),
  ];
}

/** Where the gateway's packages and what they need are installed: third parties import some of them. */
function ownPackages(): readonly string[] {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'node_modules', 'zod')) && dirname(folder) !== folder) folder = dirname(folder);
  const parts = ['node_modules', 'packages', 'apps'].map((part) => join(folder, part, '*'));
  return [...parts, join(folder, 'package.json')];
}

/** Where Node looks for what the module imports: next to it, and above. */
function installedFor(url: string): readonly string[] {
  const places: string[] = [];
  let folder = realpathSync(dirname(fileURLToPath(url)));
  while (dirname(folder) !== folder) {
    places.push(join(folder, 'node_modules'));
    folder = dirname(folder);
  }
  return places.filter((place) => existsSync(place));
}

function bounded(stream: Readable, tooMuch: () => void): Readable {
  let bytes = 0;
  stream.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > maxAnswerBytes) tooMuch();
  });
  return stream;
}

/** Heap limits do not count buffers. Without `/proc` there is no such look. */
function watchMemory(child: ChildProcess, tooMuch: () => void): Disposable {
  const { pid } = child;
  if (pid === undefined) return { [Symbol.dispose]: () => undefined };
  try {
    // If the machine runs out of memory, this is what has to go.
    writeFileSync(`/proc/${pid}/oom_score_adj`, '1000');
  } catch {
    // It has ended, or there is no such file on this system.
  }
  const timer = setInterval(() => {
    if (residentMiB(pid) > memoryMiB) tooMuch();
  }, lookEveryMs);
  timer.unref();
  return { [Symbol.dispose]: () => clearInterval(timer) };
}

const pageBytes = 4_096;

function residentMiB(pid: number): number {
  try {
    return (Number(readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')[1]) * pageBytes) / 1_048_576;
  } catch {
    return 0;
  }
}
