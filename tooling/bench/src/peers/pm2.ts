import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { messageOf } from '@fieldwarden/core';
import { waitFor } from '@fieldwarden/testkit';

const run = promisify(execFile);

/** Installed here and now for the comparison, never a dependency: its licence is the AGPL. */
const version = '7.0.4';

export const pm2Name = `pm2 ${version}`;

/** Appends a line as the first thing it does, then stays, idle. */
const childScript = `
const { appendFileSync } = require('node:fs');
appendFileSync(process.env.BENCH_LINES, JSON.stringify({ name: process.env.BENCH_NAME, pid: process.pid, atMs: Date.now() }) + '\\n');
setInterval(() => undefined, 60_000);
`;

/** What a child wrote first. */
export interface FirstLine {
  readonly name: string;
  readonly pid: number;
  /** ms since 1970. */
  readonly atMs: number;
}

/** A pm2 daemon of its own with so many idle children. */
export class Pm2 implements AsyncDisposable {
  readonly #folder: string;

  private constructor(folder: string) {
    this.#folder = folder;
  }

  /** Undefined, and a notice why, where it cannot be had: then there is nothing to compare with. */
  static async start(children: number): Promise<Pm2 | undefined> {
    const pm2 = new Pm2(mkdtempSync(join(tmpdir(), 'fieldwarden-bench-pm2-')));
    try {
      await pm2.#install();
      await pm2.#startChildren(children);
      return pm2;
    } catch (error) {
      await pm2[Symbol.asyncDispose]();
      process.stderr.write(`${pm2Name} is left out: ${messageOf(error)}\n`);
      return undefined;
    }
  }

  get daemonPid(): number {
    return Number(readFileSync(join(this.#folder, 'home', 'pm2.pid'), 'utf8'));
  }

  /** Of every start so far, oldest first. */
  firstLines(): readonly FirstLine[] {
    const text = existsSync(this.#lines) ? readFileSync(this.#lines, 'utf8') : '';
    return text
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as FirstLine);
  }

  /** The process that each name has now. */
  children(): ReadonlyMap<string, FirstLine> {
    return new Map(this.firstLines().map((line) => [line.name, line]));
  }

  /** Kills so many children at once; how long until each has written its first line again, ms. */
  async killAndTime(count: number): Promise<readonly number[]> {
    const victims = [...this.children().values()].slice(0, count);
    const killedAtMs = Date.now();
    for (const { pid } of victims) process.kill(pid, 'SIGKILL');
    const isBack = ({ name, pid }: FirstLine): boolean => this.children().get(name)?.pid !== pid;
    await waitFor(() => victims.every(isBack), { what: `${count} children of pm2`, timeoutMs: 60_000, intervalMs: 20 });
    return victims.map(({ name }) => this.children().get(name)!.atMs - killedAtMs);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const pids = [...this.children().values()].map(({ pid }) => pid);
    if (existsSync(join(this.#folder, 'home', 'pm2.pid'))) pids.unshift(this.daemonPid); // first, or it starts them again
    for (const pid of pids) killIfThere(pid);
    await sleep(200);
    rmSync(this.#folder, { recursive: true, force: true });
  }

  get #lines(): string {
    return join(this.#folder, 'lines');
  }

  async #install(): Promise<void> {
    const npm = ['install', '--prefix', this.#folder, '--no-audit', '--no-fund', '--ignore-scripts', `pm2@${version}`];
    await run('npm', npm, { cwd: this.#folder, timeout: 120_000 });
  }

  async #startChildren(count: number): Promise<void> {
    const script = join(this.#folder, 'child.cjs');
    writeFileSync(script, childScript);
    const apps = Array.from({ length: count }, (_, i) => ({
      name: `child-${i}`,
      script,
      interpreter: process.execPath,
      exec_mode: 'fork',
      env: { BENCH_NAME: `child-${i}`, BENCH_LINES: this.#lines },
    }));
    const file = join(this.#folder, 'bench.config.json');
    writeFileSync(file, JSON.stringify({ apps }));
    const env = { ...process.env, PM2_HOME: join(this.#folder, 'home'), PM2_DISCRETE_MODE: 'true' };
    const pm2 = join(this.#folder, 'node_modules', 'pm2', 'bin', 'pm2');
    await run(process.execPath, [pm2, 'start', file], { env, timeout: 120_000, maxBuffer: 64 << 20 });
    await waitFor(() => this.children().size === count, { what: 'the children of pm2', timeoutMs: 60_000 });
  }
}

function killIfThere(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // it has gone by itself
  }
}
