import { Socket } from 'node:net';
import { systemClock } from '@fieldwarden/core';
import { closeInheritedFiles } from '@fieldwarden/core/close-inherited-files';
import { exitCodes, tiedArgument, type HostVitals } from '../messages.js';
import { StreamTransport } from '../wire/stream-transport.js';
import type { Transport } from '../wire/transport.js';
import { collectGarbage } from './collect-garbage.js';
import { Vitals } from './vitals.js';
import { startWatchdog } from './watchdog.js';

/** The stdio slots that the Supervisor gives a Host besides its output. */
const channelFd = 3;

/** For last words to leave when the socket can't take them at once. */
const flushMs = 100;

/** For what runs to end when it has failed: its process goes either way. */
const lastCloseMs = 2_000;

/** What every Host does as a process, for the end of the channel that runs in it. */
export interface HostProcessPort {
  readonly transport: Transport;
  /** A moment later a call may already hold the main thread for good. */
  opened(watchAfterMs: number): void;
  vitals(): HostVitals;
  collectGarbage(): void;
  /** Closes what runs and ends the process in order; a second wish to end does not wait for the first to finish. */
  stop(): void;
  /** What runs is of no use any more: closes it, if it can be closed, and ends the process with this code. */
  abandon(code: number): void;
  /** Ends this process; what was sent before still leaves it. */
  exit(code: number): void;
}

/** What serves the channel of a Host. */
export interface HostEnd {
  start(): void;
  /** Last words. */
  fatal(error: unknown, exitCode: number): void;
  /** Undefined when nothing runs yet. */
  close(): Promise<void> | undefined;
}

/** The whole life of a Host's process, whatever runs in it. */
export function runHost(make: (port: HostProcessPort) => HostEnd): void {
  closeInheritedFiles();
  const channel = new Socket({ fd: channelFd, readable: true, writable: true });
  const vitals = new Vitals(systemClock);
  /** The kernel ends this process with its parent; then the watchdog need not slow the start down. */
  const isTied = process.argv[2] === tiedArgument;
  let closing = false;

  function exit(code: number): void {
    if (channel.destroyed || channel.writableLength === 0) process.exit(code);
    channel.end(() => process.exit(code));
    setTimeout(() => process.exit(code), flushMs);
  }

  function stop(): void {
    const closed = closing ? undefined : end.close();
    if (!closed) return exit(0);
    closing = true;
    closed.then(() => exit(0), die);
  }

  function abandon(code: number): void {
    setTimeout(() => exit(code), lastCloseMs);
    Promise.resolve(end.close()).then(
      () => exit(code),
      () => exit(code),
    );
  }

  /** Nothing is known about the state of what runs after this, so it must not go on. */
  function die(error: unknown): void {
    end.fatal(error, exitCodes.crashed);
    exit(exitCodes.crashed);
  }

  const end = make({
    transport: new StreamTransport(channel),
    opened: (watchAfterMs) => {
      if (!isTied) return;
      if (watchAfterMs === 0) startWatchdog(die);
      else setTimeout(() => startWatchdog(die), watchAfterMs).unref();
    },
    vitals: () => vitals.take(),
    collectGarbage,
    stop,
    abandon,
    exit,
  });
  process.on('uncaughtException', die);
  process.on('unhandledRejection', die);
  process.on('SIGTERM', stop);
  if (!isTied) startWatchdog(die);
  end.start();
}
