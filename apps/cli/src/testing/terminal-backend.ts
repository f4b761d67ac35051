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
