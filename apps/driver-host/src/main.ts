import { Socket } from 'node:net';
import { exitCodes, HostServer, StreamTransport, tiedArgument } from '@fieldwarden/channel/host';
import { systemClock } from '@fieldwarden/core';
import type { DriverSession } from '@fieldwarden/driver';
import { collectGarbage } from './collect-garbage.js';
import { openSession } from './open-session.js';
import { Vitals } from './vitals.js';
import { startWatchdog } from './watchdog.js';

/** The stdio slots that the Supervisor gives a Host besides its output. */
const channelFd = 3;

/** For last words to leave when the socket can't take them at once. */
const flushMs = 100;

const channel = new Socket({ fd: channelFd, readable: true, writable: true });
const vitals = new Vitals(systemClock);
/** The kernel ends this process with its parent; then the watchdog need not slow the start down. */
const isTied = process.argv[2] === tiedArgument;

let closing = false;

const server = new HostServer({
  transport: new StreamTransport(channel),
  clock: systemClock,
  pid: process.pid,
  open: openSession,
  // A moment later a call may already hold the main thread for good.
  opened: () => {
    if (isTied) startWatchdog(die);
  },
  vitals: () => vitals.take(),
  collectGarbage,
  stop: close,
  exit,
});

/** Ends this process; what was sent before still leaves it. */
function exit(code: number): void {
  if (channel.destroyed || channel.writableLength === 0) process.exit(code);
  channel.end(() => process.exit(code));
  setTimeout(() => process.exit(code), flushMs);
}

/** A second wish to end does not wait for the first to finish. */
function close(session: DriverSession | undefined): void {
  if (closing || !session) return exit(0);
  closing = true;
  session.close().then(
    () => exit(0),
    (error: unknown) => die(error),
  );
}

/** Nothing is known about the state of the driver after this, so it must not go on. */
function die(error: unknown): void {
  server.fatal(error, exitCodes.crashed);
  exit(exitCodes.crashed);
}

process.on('uncaughtException', die);
process.on('unhandledRejection', die);
process.on('SIGTERM', () => close(server.session));
if (!isTied) startWatchdog(die);
server.start();
