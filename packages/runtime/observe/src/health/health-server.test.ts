import { collectingLogger, FakeClock, waitFor } from '@fieldwarden/testkit';
import { createServer, connect, type Server } from 'node:net';
import { once } from 'node:events';
import { afterEach, describe, expect, it } from 'vitest';
import { createHealthServer, type HealthServer, type HealthServerOptions, type HealthView } from './health-server.js';

const view: HealthView = {
  gateway: () => ({
    started: true,
    uptimeSeconds: 7,
    configDbReachable: true,
    usingStaleConfig: false,
    generation: null,
    version: '0.1.0',
    concerns: [],
  }),
  drivers: () => [{ id: 'p', type: 'modbus', state: 'Faulted', lastError: null }],
  services: () => [],
  metrics: () => Promise.resolve('up 1\n'),
  metricsContentType: 'text/plain; version=0.0.4; charset=utf-8',
};

const running: HealthServer[] = [];

async function serve(options: Partial<HealthServerOptions> = {}): Promise<string> {
  const server = await createHealthServer({ host: '127.0.0.1', port: 0, view, ...options });
  running.push(server);
  return `http://127.0.0.1:${server.port}`;
}

afterEach(async () => {
  await Promise.all(running.splice(0).map((server) => server.close()));
});

const down = (): never => {
  throw new Error('the authority is gone');
};

describe('the health server (§12.1)', () => {
  it.each([
    ['/healthz', 200, { status: 'ok', uptimeSeconds: 7, configDbReachable: true, usingStaleConfig: false, generation: null, version: '0.1.0' }],
    ['/readyz', 503, { verdict: 'Faulted', drivers: [{ id: 'p', type: 'modbus', state: 'Faulted', lastError: null }], services: [], degradedDrivers: [],
        concerns: [], usingStaleConfig: false, uptimeSeconds: 7 }],
    ['/livez', 200, { status: 'ok' }],
    ['/startupz', 200, { status: 'ok' }],
  ])('answers %s with %i', async (path, status, body) => {
    const response = await fetch(`${await serve()}${path}?verbose=1`);
    expect(response.status).toBe(status);
    expect(response.headers.get('content-type')).toBe('application/json; charset=utf-8');
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(await response.json()).toEqual(body);
  }); // prettier-ignore

  it('gives metrics in the type that they come in', async () => {
    const response = await fetch(`${await serve()}/metrics`);
    expect(response.headers.get('content-type')).toBe(view.metricsContentType);
    expect(await response.text()).toBe('up 1\n');
  });

  it.each(['/', '/readyz/', '/admin', '//readyz', '/%72eadyz'])('knows nothing of %s', async (path) => {
    expect((await fetch(`${await serve()}${path}`)).status).toBe(404);
  });

  it.each(['POST', 'PUT', 'DELETE', 'OPTIONS'])('refuses %s', async (method) => {
    const response = await fetch(`${await serve()}/livez`, { method });
    expect(response.status).toBe(405);
    expect(response.headers.get('allow')).toBe('GET, HEAD');
  });

  it('answers HEAD with the same headers and no body', async () => {
    const base = await serve();
    const [get, head] = await Promise.all([fetch(`${base}/readyz`), fetch(`${base}/readyz`, { method: 'HEAD' })]);
    expect(head.status).toBe(503);
    expect(head.headers.get('content-length')).toBe(get.headers.get('content-length'));
    expect(await head.text()).toBe('');
  });

  it('stays open to whoever comes with credentials, right or wrong', async () => {
    const response = await fetch(`${await serve()}/livez`, { headers: { authorization: 'Bearer nonsense' } });
    expect(response.status).toBe(200);
  });

  it.each(['/healthz', '/readyz', '/startupz', '/metrics'])(
    'answers %s with 500 when it cannot be known',
    async (path) => {
      const broken = { ...view, gateway: down, drivers: down, metrics: down };
      const logger = collectingLogger();
      const response = await fetch(`${await serve({ view: broken, logger })}${path}`);
      expect(response.status).toBe(500);
      expect(await response.json()).toEqual({
        status: 'fail',
        message: 'the answer could not be made; the log says why',
      });
      expect(logger.messages('error')).toEqual([`${path} could not be answered: the authority is gone`]);
    },
  );

  it('is alive whatever else is broken', async () => {
    const broken = { ...view, gateway: down, drivers: down, metrics: () => Promise.reject(new Error('no')) };
    const base = await serve({ view: broken });
    expect((await fetch(`${base}/metrics`)).status).toBe(500);
    expect((await fetch(`${base}/livez`)).status).toBe(200);
  });

  it('does not wait longer than its answer may take', async () => {
    const clock = new FakeClock();
    const base = await serve({ clock, view: { ...view, metrics: () => new Promise(() => undefined) } });
    const answer = fetch(`${base}/metrics`);
    await waitFor(() => clock.pendingTimers === 1, { what: 'the request to arrive' });
    await clock.advance(450);
    expect((await answer).status).toBe(503);
    expect(clock.pendingTimers).toBe(0);
  });

  it('leaves no timer behind when the answer came in time', async () => {
    const clock = new FakeClock();
    const base = await serve({ clock });
    await (await fetch(`${base}/metrics`)).text();
    expect(clock.pendingTimers).toBe(0);
  });

  it('survives garbage on the line', async () => {
    const base = await serve();
    const socket = connect(Number(new URL(base).port), '127.0.0.1');
    socket.on('error', () => undefined);
    socket.write('\x00\xff garbage\r\n\r\n');
    await once(socket, 'close');
    expect((await fetch(`${base}/livez`)).status).toBe(200);
  });

  it('closes although an answer is still being made', async () => {
    const clock = new FakeClock();
    const endless = { ...view, metrics: () => new Promise<string>(() => undefined) };
    const server = await createHealthServer({ host: '127.0.0.1', port: 0, view: endless, clock });
    const answer = fetch(`http://127.0.0.1:${server.port}/metrics`);
    answer.catch(() => undefined);
    await waitFor(() => clock.pendingTimers === 1, { what: 'the request to arrive' });
    await server.close();
    await expect(answer).rejects.toThrow();
    await expect(fetch(`http://127.0.0.1:${server.port}/livez`)).rejects.toThrow();
  });
});

describe('a port that cannot be had (§12.1)', () => {
  let blocker: Server | undefined;

  afterEach(() => blocker?.close());

  it('is refused with its number and the flag that chooses another', async () => {
    blocker = createServer().listen(0, '127.0.0.1');
    await once(blocker, 'listening');
    const { port } = blocker.address() as { port: number };
    await expect(createHealthServer({ host: '127.0.0.1', port, view })).rejects.toMatchObject({
      code: 'PORT_TAKEN',
      kind: 'config',
      message: `port ${port} on 127.0.0.1 is taken by another program; choose another with --health-port (0 picks a free one)`,
    });
  });

  it('names the flag for the address when that is the trouble', async () => {
    await expect(createHealthServer({ host: '203.0.113.1', port: 0, view })).rejects.toMatchObject({
      code: 'ADDRESS_NOT_AVAILABLE',
      kind: 'config',
      message: '203.0.113.1 is no address of this machine; set another with --bind',
    });
  });
});
