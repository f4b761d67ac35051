import { Socket } from 'node:net';
import { systemClock } from '@fieldwarden/core';
import { HostServer } from '../served/server.js';
import { StreamTransport } from '../wire/stream-transport.js';
import { EchoSession } from './echo-session.js';
import { noVitals } from './no-vitals.js';

// A Host without supervision: serves an EchoSession over fd 3. For tests and benchmarks of the channel alone.
new HostServer({
  transport: new StreamTransport(new Socket({ fd: 3, readable: true, writable: true })),
  clock: systemClock,
  pid: process.pid,
  open: () => Promise.resolve(new EchoSession()),
  vitals: () => noVitals,
  collectGarbage: () => undefined,
  stop: () => process.exit(0),
  exit: (code) => process.exit(code),
}).start();
