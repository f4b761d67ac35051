import type { FatalMessage, PongMessage, Transport } from '@fieldwarden/channel';
import { errorFromData, type GatewayError } from '@fieldwarden/core';
import { Heartbeat } from './heartbeat.js';
import type { HostProcessOptions, Launch, SupervisedChild } from './host-process.js';
import { MemoryCurve } from './memory-curve.js';
import { processState } from './process-identity.js';

/** All that belongs to one process of a Host and goes with it. */
export class Incarnation {
  readonly spawn: number;
  readonly startedAtMs: number;
  readonly heartbeat = new Heartbeat();
  readonly memory = new MemoryCurve();
  #process: SupervisedChild | undefined;
  #error: GatewayError | undefined;
  #stack: string | undefined;
  #stackMissing: string | undefined;
  #stackAsked = false;

  constructor(spawn: number, startedAtMs: number) {
    this.spawn = spawn;
    this.startedAtMs = startedAtMs;
  }

  /** Its channel; undefined when the system gave no process, which `onExit` tells. Throws when it refuses one outright. */
  launch(launch: Launch, options: HostProcessOptions): Transport | undefined {
    this.#process = launch(options);
    return this.#process.pid === undefined ? undefined : this.#process.transport;
  }

  get pid(): number | undefined {
    return this.#process?.pid;
  }

  /** The first reason that anybody had to hold against it. */
  get error(): GatewayError | undefined {
    return this.#error;
  }

  get stack(): string | undefined {
    return this.#stack;
  }

  /** Why a Host that hung has no stack. */
  get stackMissing(): string | undefined {
    return this.#stackMissing;
  }

  blame(error: GatewayError | undefined): void {
    this.#error ??= error;
  }

  pong(message: PongMessage, nowMs: number): void {
    this.heartbeat.pong(message, nowMs);
    const { privateBytes, rssBytes, heapUsedBytes } = message;
    this.memory.add({ timeMs: nowMs, privateBytes, rssBytes, heapUsedBytes });
  }

  fatal({ error }: FatalMessage): void {
    this.blame(errorFromData(error));
    this.#stack ??= error.cause?.stack ?? error.stack;
  }

  /** Asks where the main thread stands. `captured` is called if there is an answer; if not, `stackMissing` says why. */
  captureStack(captured: () => void): void {
    this.#stackAsked = true;
    this.#process?.captureStack((stack) => {
      this.#stack ??= stack;
      captured();
    });
  }

  /** Signals its whole process group. */
  kill(signal: NodeJS.Signals): void {
    const isUnanswered = this.#stackAsked && this.#stack === undefined;
    // Before the signal changes it.
    if (isUnanswered && this.pid !== undefined) this.#stackMissing ??= silenceOf(this.pid);
    this.#process?.kill(signal);
  }
}

/** proc(5), field 3 of stat. */
function silenceOf(pid: number): string {
  switch (processState(pid)) {
    case 'T':
      return 'the process was stopped by a signal (SIGSTOP)';
    case 't':
      return 'the process was stopped by a debugger';
    case 'D':
      return 'the process was waiting in the kernel (uninterruptible I/O)';
    default:
      return 'its watchdog thread did not answer';
  }
}
