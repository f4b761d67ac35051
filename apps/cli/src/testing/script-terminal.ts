import { execFile, spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { waitFor } from '@fieldwarden/testkit';
import { EmulatedScreen } from './emulated-screen.js';
import { terminalEnv, type TerminalBackend, type TerminalModes, type TerminalSize } from './terminal-backend.js';

const run = promisify(execFile);

const codes: Readonly<Record<string, string>> = { Enter: '\r', Down: '\u001b[B', Up: '\u001b[A', 'C-c': '\u0003' };

/** A pseudo terminal of script(1) (util-linux), with the screen emulated here. */
export class ScriptTerminal implements TerminalBackend {
  readonly #script: ChildProcessWithoutNullStreams;
  readonly #screen: EmulatedScreen;
  readonly #folder: string;

  private constructor(script: ChildProcessWithoutNullStreams, size: TerminalSize, folder: string) {
    this.#script = script;
    this.#folder = folder;
    this.#screen = new EmulatedScreen(size);
    script.stdout.setEncoding('utf8').on('data', (text: string) => this.#screen.write(text));
  }

  static async start(command: string, size: TerminalSize): Promise<ScriptTerminal> {
    const folder = await mkdtemp(join(tmpdir(), 'fieldwarden-terminal-'));
    const line = `stty cols ${size.columns} rows ${size.rows}; tty > ${folder}/tty; ${command}`;
    const script = spawn('script', ['--quiet', '--flush', '--command', line, '/dev/null'], {
      env: { ...terminalEnv, SHELL: '/bin/sh' },
    });
    return new ScriptTerminal(script, size, folder);
  }

  lines(): Promise<readonly string[]> {
    return Promise.resolve(this.#screen.lines);
  }

  modes(): Promise<TerminalModes> {
    return Promise.resolve(this.#screen.modes);
  }

  press(keys: readonly string[]): Promise<void> {
    this.#script.stdin.write(keys.map((key) => codes[key] ?? key).join(''));
    return Promise.resolve();
  }

  /** The kernel tells the program at the terminal. */
  async resize(size: TerminalSize): Promise<void> {
    const device = await waitFor(() => readFile(join(this.#folder, 'tty'), 'utf8'), {
      what: 'the name of the terminal',
    });
    this.#screen.resize(size);
    await run('stty', ['-F', device.trim(), 'cols', String(size.columns), 'rows', String(size.rows)]);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#script.exitCode === null && this.#script.signalCode === null) {
      const gone = once(this.#script, 'exit');
      this.#script.kill('SIGKILL'); // it hangs up the terminal, and with that whatever runs at it
      await gone;
    }
    await rm(this.#folder, { recursive: true });
  }
}
