import { createServer, type Server, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { silentLogger, systemClock } from '@fieldwarden/core';
import { collectingLogger, waitFor } from '@fieldwarden/testkit';
import { expect, test } from 'vitest';
import { livenessUrl, ServiceNotify, watchdogTimeoutMs } from './service-notify.js';
import { NotifySocket } from '../testing/notify-socket.js';

const watchdogUsec = '200000';

interface HealthPort extends AsyncDisposable {
  readonly url: string;
  readonly asked: () => number;
}

async function healthPort(answer: (response: ServerResponse) => void): Promise<HealthPort> {
  let asked = 0;
  const server: Server = createServer((_request, response) => {
    asked += 1;
    answer(response);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return {
    url: livenessUrl('0.0.0.0', (server.address() as AddressInfo).port),
    asked: () => asked,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const well = (response: ServerResponse): void => void response.end();

function notifyAt(path: string | undefined, logger = silentLogger): ServiceNotify {
  const env = { ...process.env, NOTIFY_SOCKET: path, WATCHDOG_USEC: watchdogUsec, WATCHDOG_PID: String(process.pid) };
  return new ServiceNotify({ env, clock: systemClock, logger });
}

test('tells systemd in order that it is ready, alive again and again, and stopping', async () => {
  await using socket = await NotifySocket.listen();
  await using health = await healthPort(well);
  using notify = notifyAt(socket.path);
  notify.ready(health.url, '3 tags of 1 drivers');
  await waitFor(() => socket.count('WATCHDOG=1') >= 3, { what: 'three signs of life' });
  expect(socket.received.slice(0, 3)).toEqual(['READY=1', 'STATUS=3 tags of 1 drivers', 'WATCHDOG=1']);
  await notify.stopping();
  await waitFor(() => socket.count('STOPPING=1') === 1, { what: 'the farewell' });
});

test.each<[string, (response: ServerResponse) => void]>([
  ['answers 503', (response) => response.writeHead(503).end()],
  ['takes the question and never answers', () => undefined],
])('the watchdog is not fed by a health port that %s, and the log says so', async (_what, answer) => {
  await using socket = await NotifySocket.listen();
  await using health = await healthPort(answer);
  const logger = collectingLogger();
  using notify = notifyAt(socket.path, logger);
  notify.ready(health.url, '');
  await waitFor(() => health.asked() >= 3, { what: 'three looks at the health port' });
  expect(socket.count('WATCHDOG=1')).toBe(0);
  expect(JSON.stringify(logger.records)).toContain('the watchdog was not fed');
});

test('without a NOTIFY_SOCKET nobody is asked or told anything', async () => {
  await using health = await healthPort(well);
  using silent = notifyAt(undefined);
  silent.ready(health.url, '');
  await using socket = await NotifySocket.listen();
  using witness = notifyAt(socket.path);
  await using other = await healthPort(well);
  witness.ready(other.url, '');
  await waitFor(() => other.asked() >= 3, { what: 'somebody else to be asked three times' });
  await silent.stopping();
  expect(health.asked()).toBe(0);
});

test('a service manager that is not there is logged once and harms nothing', async () => {
  await using health = await healthPort(well);
  const logger = collectingLogger();
  using notify = notifyAt('/nowhere/notify', logger);
  notify.ready(health.url, '');
  await waitFor(() => health.asked() >= 3, { what: 'three attempts' });
  await notify.stopping();
  expect(logger.records.filter(({ message }) => message.startsWith('the service manager cannot be told'))).toHaveLength(
    1,
  );
});

test.each([
  [{ WATCHDOG_USEC: '30000000' }, 30_000],
  [{ WATCHDOG_USEC: '30000000', WATCHDOG_PID: String(process.pid) }, 30_000],
  [{ WATCHDOG_USEC: '30000000', WATCHDOG_PID: String(process.ppid) }, 30_000],
  [{ WATCHDOG_USEC: '30000000', WATCHDOG_PID: '1073741824' }, undefined],
  [{ WATCHDOG_USEC: '0' }, undefined],
  [{ WATCHDOG_USEC: 'soon' }, undefined],
  [{}, undefined],
])('the watchdog of %j waits %s ms', (env, expected) => {
  expect(watchdogTimeoutMs(env)).toBe(expected);
});

test.each([
  ['127.0.0.1', 'http://127.0.0.1:4841/livez'],
  ['0.0.0.0', 'http://127.0.0.1:4841/livez'],
  ['::', 'http://[::1]:4841/livez'],
  ['192.168.1.5', 'http://192.168.1.5:4841/livez'],
])('bound to %s it looks at %s', (bind, url) => {
  expect(livenessUrl(bind, 4841)).toBe(url);
});
