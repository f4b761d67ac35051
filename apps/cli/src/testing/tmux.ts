import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { promisify } from 'node:util';
import { waitFor } from '@fieldwarden/testkit';

const run = promisify(execFile);

/** A real terminal without a window: a tmux server of its own, with one pane in which `command` runs. */
export class Tmux implements AsyncDisposable {
  readonly #socket = `fieldwarden-${randomUUID()}`;

  /** `command` is a line for sh. Nothing of this process's environment but PATH goes in. */
  static async start(command: string, { columns = 80, rows = 24 } = {}): Promise<Tmux> {
    const tmux = new Tmux();
    const env = [
      '-i',
      `PATH=${process.env.PATH}`,
      'TERM=screen-256color',
      'LC_ALL=C.UTF-8',
      'TZ=UTC',
      'HOME=/nonexistent',
    ];
    const size = ['-x', String(columns), '-y', String(rows)];
    await run('env', [
      ...env,
      'tmux',
      '-L',
      tmux.#socket,
      '-f',
      '/dev/null',
      '-u',
      'new-session',
      '-d',
      ...size,
      command,
    ]);
    return tmux;
  }

  /** What stands on the screen, line by line, without colours. */
  async lines(): Promise<readonly string[]> {
    return (await this.#tmux('capture-pane', '-p')).split('\n').slice(0, -1);
  }

  /** Waits until something on the screen matches. */
  async shows(pattern: RegExp, timeoutMs = 10_000): Promise<string> {
    let seen = '';
    try {
      return await waitFor(
        async () => {
          seen = (await this.lines()).join('\n');
          return pattern.test(seen) ? seen : undefined;
        },
        { what: String(pattern), timeoutMs, intervalMs: 30 },
      );
    } catch (cause) {
      throw new Error(`the screen never showed ${pattern}; last:\n${seen}`, { cause });
    }
  }

  /** In tmux's names: `r`, `Down`, `Enter`, `C-c`. */
  async press(...keys: readonly string[]): Promise<void> {
    await this.#tmux('send-keys', ...keys);
  }

  async resize(columns: number, rows: number): Promise<void> {
    await this.#tmux('resize-window', '-x', String(columns), '-y', String(rows));
  }

  /** Whether the alternate buffer is shown, and whether the cursor is. */
  async modes(): Promise<{ readonly alternate: boolean; readonly cursor: boolean; readonly wraps: boolean }> {
    const [alternate, cursor, wraps] = (
      await this.#tmux('display-message', '-p', '#{alternate_on} #{cursor_flag} #{wrap_flag}')
    )
      .trim()
      .split(' ');
    return { alternate: alternate === '1', cursor: cursor === '1', wraps: wraps === '1' };
  }

  async #tmux(...args: readonly string[]): Promise<string> {
    return (await run('tmux', ['-L', this.#socket, ...args])).stdout;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#tmux('kill-server').catch(() => undefined); // it ends by itself with its last pane
  }
}
