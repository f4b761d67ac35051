import { spawn, type ChildProcess, type SpawnOptions } from 'node:child_process';
import { existsSync } from 'node:fs';
import type { Duplex, Readable } from 'node:stream';
import { StreamTransport, tiedArgument, type Transport } from '@fieldwarden/channel';
import { GatewayError, toGatewayError, type Clock } from '@fieldwarden/core';
import { markVariable } from './gateway-mark.js';
import { killGroup } from './host-ledger.js';
import { LineSplitter } from './line-splitter.js';

/** util-linux; makes the kernel kill the Host when this process dies, even if the Host spins in a loop. */
const setprivPath = '/usr/bin/setpriv';

/** After `exit`, the last words may still be in the pipes; a grandchild may hold these open for ever. */
const lastWordsMs = 20;

export interface HostProcessOptions {
  /** Script that the child runs. */
  readonly hostMain: string;
  /** Options of Node for the child. */
  readonly nodeOptions: readonly string[];
  /** Have the kernel tie the child's life to this process, where it can. */
  readonly parentDeathSignal: boolean;
  /** Where Node keeps compiled code between starts; undefined: nowhere. */
  readonly compileCacheDir: string | undefined;
  /** Of this gateway, for all that comes of the child; undefined: none. */
  readonly gatewayMark?: string | undefined;
  readonly clock: Clock;
  readonly onLine: (stream: 'stdout' | 'stderr', line: string) => void;
  /** Once, when the process is gone, after its pipes were read. `error` if it never started. */
  readonly onExit: (exitCode: number | null, signal: NodeJS.Signals | null, error?: GatewayError) => void;
}

/** A child process as far as its supervision has to do with it. */
export type SupervisedChild = Pick<HostProcess, 'pid' | 'transport' | 'kill' | 'captureStack'>;

/** Starts one. Throws when the system refuses a process outright. */
export type Launch = (options: HostProcessOptions) => SupervisedChild;

/** One child process: its pipes, its signals, its end. */
export class HostProcess {
  readonly #child: ChildProcess;
  readonly #clock: Clock;
  #listener: Pick<HostProcessOptions, 'onLine' | 'onExit'>;
  readonly #streams: readonly (Readable | Duplex)[] = [];
  readonly transport: Transport;
  #watchdogReply: ((stack: string) => void) | undefined;
  #openStreams: number;
  #exit: { readonly code: number | null; readonly signal: NodeJS.Signals | null } | undefined;
  #ended = false;

  /** Throws when the system refuses a process outright. */
  constructor(options: HostProcessOptions) {
    this.#clock = options.clock;
    this.#listener = options;
    this.#child = spawnHost(options);
    this.#child.once('error', (error) => this.#end(null, null, toGatewayError(error, 'HOST_NOT_SPAWNED')));
    // Out of descriptors Node gives a child without pipes, and tells by an `error` event.
    if (!Array.isArray(this.#child.stdio)) throw noPipes();
    const [, stdout, stderr, channel, watchdog] = this.#child.stdio as [null, Readable, Readable, Duplex, Duplex];
    this.#streams = [stdout, stderr, channel, watchdog];
    this.#openStreams = this.#streams.length;
    this.transport = new StreamTransport(channel);
    this.#readLines('stdout', stdout);
    this.#readLines('stderr', stderr);
    this.#readWatchdog(watchdog);
    for (const stream of this.#streams) this.#watchStream(stream);
    // Not `close`: a grandchild that inherited a pipe would keep that from ever coming.
    this.#child.once('exit', (code, signal) => this.#exited(code, signal));
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** Once, when the child has sent something that nobody has read yet: its hello. */
  whenGreeted(greeted: () => void): void {
    this.#streams[2].once('readable', greeted);
  }

  /** Whom it tells from now on. */
  adopt(listener: Pick<HostProcessOptions, 'onLine' | 'onExit'>): void {
    this.#listener = listener;
  }

  /** Signals the whole process group, so that nothing which the driver started stays. */
  kill(signal: NodeJS.Signals): void {
    if (this.pid !== undefined) killGroup(this.pid, signal);
  }

  /** Asks the watchdog thread where the main thread stands; `reply` is called if it answers. */
  captureStack(reply: (stack: string) => void): void {
    this.#watchdogReply = reply;
    const watchdog = this.#streams[3] as Duplex;
    if (watchdog.writable) watchdog.write('stack\n');
  }

  #readLines(name: 'stdout' | 'stderr', stream: Readable): void {
    const splitter = new LineSplitter((line) => this.#listener.onLine(name, line));
    stream.on('data', (chunk: Buffer) => splitter.push(chunk));
    stream.once('close', () => splitter.end());
  }

  #readWatchdog(watchdog: Duplex): void {
    const splitter = new LineSplitter((line) => this.#watchdogReply?.(line.replaceAll('\u001f', '\n')));
    watchdog.on('data', (chunk: Buffer) => splitter.push(chunk));
  }

  /** Killing the child resets its pipes; that is no news. */
  #watchStream(stream: Readable | Duplex): void {
    stream.on('error', () => undefined);
    stream.once('close', () => {
      this.#openStreams -= 1;
      this.#endIfSilent();
    });
  }

  #exited(code: number | null, signal: NodeJS.Signals | null): void {
    this.#exit = { code, signal };
    this.#clock.setTimer(() => this.#end(code, signal), lastWordsMs);
    this.#endIfSilent();
  }

  #endIfSilent(): void {
    if (this.#exit && this.#openStreams === 0) this.#end(this.#exit.code, this.#exit.signal);
  }

  #end(code: number | null, signal: NodeJS.Signals | null, error?: GatewayError): void {
    if (this.#ended) return;
    this.#ended = true;
    for (const stream of this.#streams) stream?.destroy();
    this.#listener.onExit(code, signal, error);
  }
}

function spawnHost(options: HostProcessOptions): ChildProcess {
  const { hostMain, nodeOptions, parentDeathSignal, compileCacheDir, gatewayMark } = options;
  const node = [process.execPath, ...nodeOptions, hostMain];
  const tied = parentDeathSignal && existsSync(setprivPath);
  const [command, ...args] = tied ? [setprivPath, '--pdeathsig', 'KILL', '--', ...node, tiedArgument] : node;
  const spawnOptions: SpawnOptions = {
    // A group of its own, so that one signal reaches all that the driver started.
    detached: process.platform !== 'win32',
    stdio: ['ignore', 'pipe', 'pipe', 'pipe', 'pipe'],
    env: {
      ...inheritedEnvironment(),
      ...(compileCacheDir && { NODE_COMPILE_CACHE: compileCacheDir }),
      ...(gatewayMark !== undefined && { [markVariable]: gatewayMark }),
    },
  };
  return spawn(command, args, spawnOptions);
}

function noPipes(): GatewayError {
  const message = 'the system gives no more pipes or processes';
  return new GatewayError({ code: 'HOST_NOT_SPAWNED', kind: 'overloaded', message });
}

/** Nothing of this process's secrets or NODE_OPTIONS. */
function inheritedEnvironment(): NodeJS.ProcessEnv {
  const allowed = ['PATH', 'TZ', 'LANG'] as const;
  return Object.fromEntries(
    allowed.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]])),
  );
}
