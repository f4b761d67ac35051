import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import type { Duplex } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { StreamTransport } from '../wire/stream-transport.js';
import type { Transport } from '../wire/transport.js';

/** A real child that serves an EchoSession, and its channel. */
export interface EchoChild extends AsyncDisposable {
  readonly process: ChildProcess;
  readonly transport: Transport;
}

export function spawnEchoChild(): EchoChild {
  const main = fileURLToPath(import.meta.resolve('@fieldwarden/channel/testing/echo-host'));
  const child = spawn(process.execPath, [main], { stdio: ['ignore', 'inherit', 'inherit', 'pipe'] });
  const exited = once(child, 'exit');
  return {
    process: child,
    transport: new StreamTransport(child.stdio[3] as Duplex),
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL');
      await exited;
    },
  };
}
