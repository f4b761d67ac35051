import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { waitFor } from '@fieldwarden/testkit';
import { ScriptTerminal } from './script-terminal.js';
import { TmuxTerminal } from './tmux-terminal.js';

export interface TerminalSize {
  readonly columns: number;
  readonly rows: number;
}

export interface TerminalModes {
  /** The alternate buffer is shown. */
  readonly alternate: boolean;
  readonly cursor: boolean;
  readonly wraps: boolean;
}

/** Names as tmux has them: `Down`, `Enter`, `C-c`; anything else is typed as it is. */
export type TerminalKey = string;

/** A real terminal device in which a command runs, and what would be seen on it. */
export interface TerminalBackend extends AsyncDisposable {
  /** What stands on the screen, line by line, without colours. */
  lines(): Promise<readonly string[]>;
  modes(): Promise<TerminalModes>;
  press(keys: readonly TerminalKey[]): Promise<void>;
  resize(size: TerminalSize): Promise<void>;
}

export const terminalEnv: Readonly<Record<string, string>> = {
  PATH: process.env.PATH ?? '',
  TERM: 'screen-256color',
  LC_ALL: 'C.UTF-8',
  TZ: 'UTC',
  HOME: '/nonexistent',
};

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
