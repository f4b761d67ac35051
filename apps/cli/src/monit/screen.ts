import { writeSync } from 'node:fs';
import type { ReadStream, WriteStream } from 'node:tty';
import { keysIn, type Key } from './keys.js';

/** Alternate screen without cursor; lines longer than the terminal do not wrap (xterm control sequences). */
const enter = '\u001b[?1049h\u001b[?25l\u001b[?7l\u001b[2J';
const leave = '\u001b[?7h\u001b[?25h\u001b[?1049l';

export interface ScreenListener {
  key(key: Key): void;
  resized(): void;
  /** Something threw where nobody caught it; the screen is closed already. */
  crashed(error: unknown): void;
}

/** The terminal as a screen of lines: taken over by `open`, given back as it was by `close`, however the process ends. */
export class Screen {
  readonly #input: ReadStream;
  readonly #output: WriteStream & { fd: number };
  #shown: readonly string[] = [];
  #listeners: (() => void)[] = [];

  constructor(input: ReadStream, output: WriteStream & { fd: number }) {
    this.#input = input;
    this.#output = output;
  }

  get columns(): number {
    return this.#output.columns;
  }

  get rows(): number {
    return this.#output.rows;
  }

  open(listener: ScreenListener): void {
    const onData = (chunk: string): void => keysIn(chunk).forEach((key) => listener.key(key));
    const onResize = (): void => {
      this.#shown = [];
      listener.resized();
    };
    // a crash, or an exit from anywhere: what is written asynchronously would come too late
    const onExit = (): void => this.#restore();
    const onCrash = (error: unknown): void => {
      this.close();
      listener.crashed(error);
    };
    this.#input.setEncoding('utf8').setRawMode(true).on('data', onData).resume();
    this.#output.on('resize', onResize);
    process.on('exit', onExit);
    process.on('uncaughtException', onCrash);
    this.#listeners = [
      () => this.#input.off('data', onData).setRawMode(false).pause(),
      () => this.#output.off('resize', onResize),
      () => process.off('exit', onExit),
      () => process.off('uncaughtException', onCrash),
    ];
    this.#output.write(enter);
  }

  /** Shows these lines from the top; only those that changed are sent. */
  draw(lines: readonly string[]): void {
    const before = this.#shown;
    const changed = lines.flatMap((line, i) => (line === before[i] ? [] : [`\u001b[${i + 1};1H${line}\u001b[K`]));
    if (changed.length > 0) this.#output.write(changed.join(''));
    this.#shown = lines;
  }

  close(): void {
    if (this.#listeners.length === 0) return;
    for (const end of this.#listeners.splice(0)) end();
    this.#restore();
  }

  #restore(): void {
    try {
      writeSync(this.#output.fd, leave);
    } catch {
      // the terminal is gone: there is nothing left to restore
    }
  }
}

/** Undefined if not both ends are a terminal. */
export function processScreen(): Screen | undefined {
  const { stdin, stdout } = process;
  return stdin.isTTY && stdout.isTTY ? new Screen(stdin, stdout) : undefined;
}
