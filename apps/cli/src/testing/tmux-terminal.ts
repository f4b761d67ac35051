import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { promisify } from 'node:util';
import { terminalEnv, type TerminalBackend, type TerminalModes, type TerminalSize } from './terminal-backend.js';

const run = promisify(execFile);

/** A tmux server of its own, with one pane. */
export class TmuxTerminal implements TerminalBackend {
  readonly #socket = `fieldwarden-${randomUUID()}`;

  static async start(command: string, { columns, rows }: TerminalSize): Promise<TmuxTerminal> {
    const terminal = new TmuxTerminal();
    const size = ['-x', String(columns), '-y', String(rows)];
    const options = ['-L', terminal.#socket, '-f', '/dev/null', '-u'];
    await run('tmux', [...options, 'new-session', '-d', ...size, 'sh', '-c', command], { env: terminalEnv });
    return terminal;
  }

  async lines(): Promise<readonly string[]> {
    return (await this.#tmux('capture-pane', '-p')).split('\n').slice(0, -1);
  }

  async modes(): Promise<TerminalModes> {
    const flags = await this.#tmux('display-message', '-p', '#{alternate_on} #{cursor_flag} #{wrap_flag}');
    const [alternate, cursor, wraps] = flags
      .trim()
      .split(' ')
      .map((flag) => flag === '1');
    return { alternate, cursor, wraps };
  }

  async press(keys: readonly string[]): Promise<void> {
    await this.#tmux('send-keys', ...keys);
  }

  async resize({ columns, rows }: TerminalSize): Promise<void> {
    await this.#tmux('resize-window', '-x', String(columns), '-y', String(rows));
  }

  async #tmux(...args: readonly string[]): Promise<string> {
    return (await run('tmux', ['-L', this.#socket, ...args])).stdout;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#tmux('kill-server').catch(() => undefined); // it ends by itself with its last pane
  }
}
