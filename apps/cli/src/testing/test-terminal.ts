import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { waitFor } from '@fieldwarden/testkit';
import { ScriptTerminal } from './script-terminal.js';
import type { TerminalBackend, TerminalKey, TerminalModes } from './terminal-backend.js';
import { TmuxTerminal } from './tmux-terminal.js';

export type TerminalKind = 'tmux' | 'script';

/** tmux emulates a terminal as people use it; where it is not installed, script(1) gives the device and the tests the emulation. */
const usualKind: TerminalKind = onPath('tmux') ? 'tmux' : 'script';

export class TestTerminal implements AsyncDisposable {
  readonly #backend: TerminalBackend;

  private constructor(backend: TerminalBackend) {
    this.#backend = backend;
  }

  /** `command` is a line for sh. */
  static async start(command: string, size = { columns: 80, rows: 24 }, kind = usualKind): Promise<TestTerminal> {
    const Backend = kind === 'tmux' ? TmuxTerminal : ScriptTerminal;
    return new TestTerminal(await Backend.start(command, size));
  }

  lines(): Promise<readonly string[]> {
    return this.#backend.lines();
  }

  modes(): Promise<TerminalModes> {
    return this.#backend.modes();
  }

  press(...keys: readonly TerminalKey[]): Promise<void> {
    return this.#backend.press(keys);
  }

  resize(columns: number, rows: number): Promise<void> {
    return this.#backend.resize({ columns, rows });
  }

  /** Waits until something on the screen matches. */
  async shows(pattern: RegExp): Promise<string> {
    let seen = '';
    try {
      return await waitFor(
        async () => {
          seen = (await this.lines()).join('\n');
          return pattern.test(seen) ? seen : undefined;
        },
        { what: String(pattern), intervalMs: 30 },
      );
    } catch (cause) {
      throw new Error(`the screen never showed ${pattern}; last:\n${seen}`, { cause });
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#backend[Symbol.asyncDispose]();
  }
}

function onPath(program: string): boolean {
  return (process.env.PATH ?? '').split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}
