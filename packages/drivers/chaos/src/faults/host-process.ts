import { fstatSync } from 'node:fs';
import { isMainThread } from 'node:worker_threads';

/** The channel and the line to the watchdog: sockets that only a Host has at these numbers. */
const hostSockets = [3, 4] as const;

/**
 * Whether this process is a Host, and so may be broken. Sockets at 3 and 4 alone would not do: systemd hands a gateway its listening
 * sockets from 3 up and says so in LISTEN_FDS, and a child of Node's own `fork` has its IPC channel there. A Host has neither.
 */
export function isHostProcess(): boolean {
  return (
    isMainThread &&
    process.channel === undefined &&
    process.env['LISTEN_FDS'] === undefined &&
    hostSockets.every(isSocket)
  );
}

function isSocket(fd: number): boolean {
  try {
    return fstatSync(fd).isSocket();
  } catch {
    return false;
  }
}
