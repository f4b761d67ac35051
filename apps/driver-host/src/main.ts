import { HostServer, runHost } from '@fieldwarden/channel/host';
import { systemClock } from '@fieldwarden/core';
import { openSession } from './open-session.js';

runHost((port) => {
  const server = new HostServer({ ...port, clock: systemClock, pid: process.pid, open: openSession });
  return {
    start: () => server.start(),
    fatal: (error, exitCode) => server.fatal(error, exitCode),
    close: () => server.session?.close(),
  };
});
