import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { bodyJson, sendJson, sendProblem } from './json-http.ts';
import { csrfToken, MadeUpAccess } from './made-up-access.ts';
import { MadeUpPlant } from './made-up-plant.ts';
import { madeUpTrends } from './made-up-trends.ts';
import { serveConsole } from './static-files.ts';
import { ValueStreams } from './value-streams.ts';

/**
 * The built console before a made-up plant, for looks and for load: `node testing/src/fake-gateway.ts [port] [tags] [values per second]`.
 * The token is `demo`; accounts and their password stand in made-up-people.ts. Configuration is not part of it. `POST /fake/break/<driver>` and
 * `/fake/mend/<driver>` change a driver, `/fake/tamper` the audit; `/fake/first-start` leaves nobody but the token `setup`.
 */
const [port = '4900', tags = '100000', rate = '5000'] = process.argv.slice(2);
const startedAt = new Date();
const plant = new MadeUpPlant(Number(tags));
const streams = new ValueStreams(plant, Number(rate));
const events: { seq: number; at: string; type: string; driverId: string; message: string; data: object }[] = [];
const access = new MadeUpAccess();

const curveRows = 360;
const curveMs = 5_000;

type Handler = (url: URL, request: IncomingMessage, response: ServerResponse) => void | Promise<void>;

/** By method and path below /api/v1. */
const routes: Readonly<Record<string, Handler>> = {
  'GET /status': (_url, _request, response) => sendJson(response, status()),
  'GET /drivers': (_url, _request, response) =>
    sendJson(response, { schema: 'fieldwarden/drivers@1', drivers: plant.drivers(uptimeMs()) }),
  'GET /hosts': (_url, _request, response) =>
    sendJson(response, { schema: 'fieldwarden/hosts@1', rows: plant.hosts() }),
  'GET /services': (_url, _request, response) => sendJson(response, { schema: 'fieldwarden/services@1', services: [] }),
  'GET /about': (_url, _request, response) => sendJson(response, about),
  'GET /tags': (url, _request, response) => sendJson(response, tagPage(url.searchParams)),
  'GET /tags/folders': (_url, _request, response) =>
    sendJson(response, { schema: 'fieldwarden/tag-folders@1', folders: [] }),
  'GET /tags/value': (url, _request, response) => sendJson(response, tagValue(url.searchParams.get('path') ?? '')),
  'GET /tags/history': (url, _request, response) => sendJson(response, history(url.searchParams.get('path') ?? '')),
  'GET /alarms': (_url, _request, response) =>
    sendJson(response, { schema: 'fieldwarden/alarms@1', alarms: [], total: 0, lost: 0, leftOut: 0 }),
  'GET /trends': (url, _request, response) => sendJson(response, madeUpTrends(plant, url.searchParams)),
  'PUT /tags/value': writeTag,
  'GET /events': openEvents,
};

async function writeTag(url: URL, request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (access.refuses({ url, request, response }, access.sessionOf(request)!, 'write')) return;
  const { path, value } = await bodyJson(request);
  if (value === 13)
    return sendProblem(response, {
      status: 422,
      code: 'VALUE_OUT_OF_LIMITS',
      detail: '13 is refused here',
      outcome: 'rejected',
    });
  sendJson(response, {
    schema: 'fieldwarden/write@1',
    path,
    outcome: value === 99 ? 'unknown' : 'done',
    status: value === 99 ? 'BadTimeout' : 'Good',
  });
}

function openEvents(url: URL, request: IncomingMessage, response: ServerResponse): void {
  const stream = url.searchParams.get('stream');
  const hello = { schema: 'fieldwarden/stream@1', bootId: startedAt.toISOString(), seq: events.length };
  if (stream === null) sendJson(response, { schema: 'fieldwarden/events@1', driverId: null, events });
  else streams.open(stream, response, hello);
  request.resume();
}

function uptimeMs(): number {
  return Date.now() - startedAt.getTime();
}

function status() {
  const drivers = plant.drivers(uptimeMs());
  const faulted = plant.broken.size;
  const bad = plant.paths.filter((path) => plant.broken.has(path.split('/')[0])).length;
  return {
    schema: 'fieldwarden/status@1',
    version: '0.1.0',
    site: 'made-up',
    generation: 7,
    usingStaleConfig: false,
    authority: 'embedded',
    startedAt: startedAt.toISOString(),
    uptimeMs: uptimeMs(),
    pid: process.pid,
    services: { total: 0, byState: {} },
    drivers: {
      total: drivers.length,
      byState: { Healthy: drivers.length - faulted, ...(faulted > 0 && { Faulted: faulted }) },
    },
    tags: {
      total: plant.paths.length,
      good: plant.paths.length - bad,
      uncertain: 0,
      bad,
      valuesPerSecond: plant.paths.length,
    },
    mqtt: { connected: true, pending: 12, dropped: 0 },
    opcua: {
      endpointUrl: 'opc.tcp://127.0.0.1:4840/fieldwarden',
      sessions: 2,
      subscriptions: 3,
      monitoredItems: 1_200,
    },
  };
}

function tagPage(query: URLSearchParams) {
  const limit = Number(query.get('limit') ?? 100);
  const cursor = query.get('cursor');
  const all =
    query.get('bad') === 'true' ? plant.paths.filter((path) => plant.broken.has(path.split('/')[0])) : plant.paths;
  const from = cursor === null ? 0 : all.indexOf(cursor) + 1;
  const paths = all.slice(from, from + limit);
  const nextCursor = from + limit < all.length ? (paths.at(-1) ?? null) : null;
  const now = Date.now();
  return {
    schema: 'fieldwarden/tags@1',
    tags: paths.map((path) => plant.row(path, now)),
    total: all.length,
    nextCursor,
  };
}

function tagValue(path: string) {
  const more = { address: '400001', scanMs: 1_000, limits: null, nodeId: `nsu=urn:fieldwarden:made-up;s=${path}` };
  return { schema: 'fieldwarden/tag-value@1', ...plant.row(path, Date.now()), ...more, reason: null, hint: null };
}

function history(path: string) {
  const now = Date.now();
  const points = Array.from({ length: 300 }, (_none, index) => plant.value(path, now - (300 - index) * 1_000));
  return { schema: 'fieldwarden/tag-history@1', path, source: 'memory', keptFrom: points[0].sourceAt, points };
}

function curves(driverId: string) {
  const now = Date.now();
  const at = Array.from({ length: curveRows }, (_none, index) => now - (curveRows - index) * curveMs);
  return {
    schema: 'fieldwarden/curves@1',
    driverId,
    intervalMs: curveMs,
    at,
    memoryBytes: at.map((ms, index) => 30_000_000 + index * 40_000 + 900_000 * Math.sin(ms / 60_000)),
    cpuPercent: at.map((ms) => 2 + Math.sin(ms / 30_000)),
    heartbeatMs: at.map((_ms, index) => (index % 60 === 7 ? null : 300 + (index % 9) * 70)),
    state: at.map((_ms, index) =>
      index > 120 && index < 128 ? 'Reconnecting' : index === 128 ? 'Initializing' : 'Healthy',
    ),
    changes: [],
  };
}

const about = {
  schema: 'fieldwarden/about@1',
  version: '0.1.0',
  node: process.version,
  platform: `${process.platform} ${process.arch}`,
  home: '/var/lib/fieldwarden',
  ports: { opcua: 4840, health: 4841, admin: 4842 },
  spareProcess: { pid: 4712, ready: true, memoryBytes: 12_600_000 },
  driverTypes: [
    { type: 'modbus', version: '0.1.0', tier: 'B' },
    { type: 's7', version: '0.1.0', tier: 'C' },
  ],
  certificates: [
    {
      use: 'opcua-server',
      subject: 'CN=fieldwarden',
      thumbprint: '6f2c9a0d4b1e8877665544332211009988776655',
      notBefore: '2026-01-01T00:00:00.000Z',
      notAfter: '2036-01-01T00:00:00.000Z',
    },
  ],
  licences: [
    { name: 'express', version: '5.3.0', licence: 'MIT' },
    { name: 'lmdb', version: '3.0.0', licence: 'MIT' },
  ],
};

async function handleApi(url: URL, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const path = url.pathname.slice('/api/v1'.length);
  const visit = { url, request, response };
  const isDoor = path === '/session' && request.method !== 'DELETE';
  if (isDoor) {
    await access.handle(visit, path);
    return;
  }
  const session = access.sessionOf(request);
  if (!session)
    return sendProblem(response, { status: 401, code: 'UNAUTHENTICATED', detail: 'the request carries no session' });
  if (request.method !== 'GET' && request.headers['x-csrf-token'] !== csrfToken) {
    return sendProblem(response, { status: 403, code: 'CSRF', detail: 'the request carries no X-CSRF-Token' });
  }
  if (await access.handle(visit, path)) return;
  const watched = /^\/events\/streams\/([^/]+)\/tags$/.exec(path);
  if (watched)
    return sendJson(response, {}, streams.watch(watched[1], (await bodyJson(request)).paths as string[]) ? 200 : 404);
  const driver = /^\/drivers\/([^/]+)(\/curves)?$/.exec(path);
  if (driver?.[2]) return sendJson(response, curves(driver[1]));
  const found = driver && plant.drivers(uptimeMs()).find(({ id }) => id === driver[1]);
  if (found) return sendJson(response, { schema: 'fieldwarden/driver@1', ...found, devices: [] });
  const route = routes[`${request.method ?? ''} ${path}`];
  if (!route)
    return sendProblem(response, {
      status: 404,
      code: 'NO_SUCH_ROUTE',
      detail: `there is no ${path} in the made-up plant`,
    });
  await route(url, request, response);
}

function setBroken(driverId: string, broken: boolean): void {
  if (broken) plant.broken.add(driverId);
  else plant.broken.delete(driverId);
  const to = broken ? 'Faulted' : 'Healthy';
  const event = {
    seq: events.length + 1,
    at: new Date().toISOString(),
    type: 'driver',
    driverId,
    message: `driver ${driverId} is ${to}`,
    data: { to },
  };
  events.push(event);
  streams.sendEvent(event);
}

function change(what: string, driverId: string): void {
  if (what === 'tamper') access.book.tampered = true;
  else if (what === 'first-start') {
    access.people.accounts.clear();
    access.people.tokens.clear();
  } else setBroken(driverId, what === 'break');
}

const server = createServer((request, response) => {
  const url = new URL(request.url ?? '/', 'http://localhost');
  const fake = /^\/fake\/([a-z-]+)(?:\/([a-z]+))?$/.exec(url.pathname);
  if (fake) {
    change(fake[1], fake[2]);
    sendJson(response, {});
    return;
  }
  const handled = url.pathname.startsWith('/api/v1')
    ? handleApi(url, request, response)
    : serveConsole(url.pathname, response);
  handled.catch((error: unknown) => sendProblem(response, { status: 500, code: 'FAKE', detail: String(error) }));
});
server.listen(Number(port), '127.0.0.1', () =>
  console.log(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`),
);
