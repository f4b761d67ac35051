import type { Transport } from '@fieldwarden/channel';
import type { GatewayError } from '@fieldwarden/core';
import type { HostProcessOptions, SupervisedChild } from '../process/host-process.js';

/** No pid of Linux is so high: nothing real is looked at or signalled by mistake. */
const firstPid = 100_000_000;

/** A child process that does nothing by itself: it ends when a test says so, and remembers its signals. */
export class FakeChild implements SupervisedChild {
  readonly pid: number;
  readonly transport: Transport = { send: () => true, receive: () => undefined };
  readonly signals: NodeJS.Signals[] = [];
  readonly #options: HostProcessOptions;
  #reply: ((stack: string) => void) | undefined;

  constructor(number: number, options: HostProcessOptions) {
    this.pid = firstPid + number;
    this.#options = options;
  }

  kill(signal: NodeJS.Signals): void {
    this.signals.push(signal);
  }

  captureStack(reply: (stack: string) => void): void {
    this.#reply = reply;
  }

  get stackAsked(): boolean {
    return this.#reply !== undefined;
  }

  /** Its watchdog answers. */
  tellStack(stack: string): void {
    this.#reply?.(stack);
  }

  print(line: string): void {
    this.#options.onLine('stdout', line);
  }

  exit(exitCode: number | null = 1, signal: NodeJS.Signals | null = null, error?: GatewayError): void {
    this.#options.onExit(exitCode, signal, error);
  }
}
