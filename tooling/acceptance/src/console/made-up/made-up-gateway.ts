import { waitFor } from '@fieldwarden/testkit';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** The console's own stand-in for a gateway, in a process: accounts, certificates and an audit that no real gateway has at its first start. */
export class MadeUpGateway implements AsyncDisposable {
  readonly origin: string;
  readonly #process: ChildProcess;

  private constructor(process: ChildProcess, origin: string) {
    this.#process = process;
    this.origin = origin;
  }

  static async start(): Promise<MadeUpGateway> {
    const main = fileURLToPath(new URL('../../../../../apps/console/testing/src/fake-gateway.ts', import.meta.url));
    const child = spawn(process.execPath, [main, '0', '200', '50'], { stdio: ['ignore', 'pipe', 'inherit'] });
    let said = '';
    child.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()));
    const address = (): string | undefined => /(http:\/\/[\d.]+:\d+)\//.exec(said)?.[1];
    await waitFor(() => address() !== undefined || child.exitCode !== null, {
      what: 'the made-up gateway',
      timeoutMs: 20_000,
    });
    const origin = address();
    if (origin === undefined) throw new Error(`the made-up gateway ended with ${child.exitCode}`);
    return new MadeUpGateway(child, origin);
  }

  /** Changes what no person changes: `first-start`, `tamper`. */
  async change(what: string): Promise<void> {
    await fetch(`${this.origin}/fake/${what}`, { method: 'POST' });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#process.exitCode !== null) return;
    const ended = once(this.#process, 'exit');
    this.#process.kill('SIGKILL');
    await ended;
  }
}
