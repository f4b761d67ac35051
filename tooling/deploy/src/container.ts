import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/** Root makes a process namespace outright; others need one of users around it. */
const namespace = [
  '--pid',
  '--fork',
  '--kill-child',
  '--mount-proc',
  ...(process.getuid?.() === 0 ? [] : ['--user', '--map-root-user']),
];

/** A command as process 1 of a process namespace: what a container is to signals, orphans and zombies. */
export class Container implements AsyncDisposable {
  readonly #unshare: ChildProcess;
  #init = 0;
  output = '';

  private constructor(command: readonly string[], cwd: string, env: NodeJS.ProcessEnv) {
    this.#unshare = spawn('unshare', [...namespace, '--', ...command], { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
    for (const stream of [this.#unshare.stdout, this.#unshare.stderr]) {
      stream?.on('data', (chunk: Buffer) => (this.output += chunk.toString()));
    }
  }

  static async run(command: readonly string[], cwd: string, env: NodeJS.ProcessEnv): Promise<Container> {
    const container = new Container(command, cwd, env);
    const { pid } = container.#unshare;
    while (container.#init === 0) {
      if (container.#unshare.exitCode !== null) throw new Error(`unshare failed: ${container.output}`);
      const [child] = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ');
      container.#init = Number(child);
      await sleep(5);
    }
    return container;
  }

  /** Process ids inside, as this side sees them, with their state letter (`Z`: not reaped) and command line. */
  processes(): readonly { readonly pid: number; readonly state: string; readonly command: string }[] {
    const inside = namespaceOf(this.#init);
    if (inside === undefined) return [];
    const pids = readdirSync('/proc')
      .map(Number)
      .filter((pid) => pid > 0 && namespaceOf(pid) === inside);
    return pids.flatMap(processFacts);
  }

  /** To process 1, as a container engine does. */
  signal(name: NodeJS.Signals): void {
    process.kill(this.#init, name);
  }

  async ended(): Promise<number | null> {
    if (this.#unshare.exitCode === null && this.#unshare.signalCode === null) await once(this.#unshare, 'exit');
    return this.#unshare.exitCode;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#unshare.kill('SIGKILL');
    await this.ended();
  }
}

function namespaceOf(pid: number): string | undefined {
  try {
    return readlinkSync(`/proc/${pid}/ns/pid`);
  } catch {
    return undefined;
  }
}

function processFacts(pid: number): { pid: number; state: string; command: string }[] {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
    return [{ pid, state: stat.slice(stat.lastIndexOf(')') + 2)[0], command }];
  } catch {
    return [];
  }
}
