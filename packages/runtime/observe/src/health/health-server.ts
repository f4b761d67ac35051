import { delay, GatewayError, messageOf, silentLogger, systemClock, type Clock, type Logger } from '@fieldwarden/core';
import { acceptBacklog, Door, guardHttp } from '@fieldwarden/door';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  health,
  liveness,
  readiness,
  startup,
  type DriverHealth,
  type GatewayHealth,
  type ServiceHealthRow,
} from './health-rules.js';

/** Where the answers come from. Called for each request; may throw, which answers 500 and disturbs nothing. */
export interface HealthView {
  gateway(): GatewayHealth;
  drivers(): readonly DriverHealth[];
  services(): readonly ServiceHealthRow[];
  metrics(): Promise<string>;
  /** Of the text that `metrics` gives. */
  readonly metricsContentType: string;
}

export interface HealthServerOptions {
  readonly host: string;
  /** 0 picks a free port. */
  readonly port: number;
  readonly view: HealthView;
  readonly clock?: Clock;
  /** Told of each answer that could not be given. Default: silent. */
  readonly logger?: Logger;
}

export interface HealthServer {
  /** The port that is listened on. */
  readonly port: number;
  /** Ends every connection. Never rejects. */
  close(): Promise<void>;
}

interface Answer {
  readonly httpStatus: number;
  readonly contentType: string;
  readonly text: string;
}

/** Each answer is due within 500 ms (SPEC §12.1); the rest is for the way. */
const answerBudgetMs = 450;

/** A probe sends a few hundred bytes at once: whoever takes longer is none. */
const requestTimeoutMs = 5_000;
const doorLimits = { connections: 256, perAddress: 128 } as const;

/**
 * `/healthz` `/readyz` `/livez` `/startupz` `/metrics`: anonymous, GET and HEAD only, never cached. Rejects with kind `config`
 * if the port cannot be had: `PORT_TAKEN`, `PORT_FORBIDDEN`, `ADDRESS_NOT_AVAILABLE`.
 */
export async function createHealthServer({
  host,
  port,
  view,
  clock = systemClock,
  logger = silentLogger,
}: HealthServerOptions): Promise<HealthServer> {
  const server = createServer(
    { requestTimeout: requestTimeoutMs, headersTimeout: requestTimeoutMs },
    (request, response) => {
      answerFor(request, view, clock).then(
        (answer) => send(response, answer),
        (error: unknown) => {
          logger.error(`${request.url} could not be answered: ${messageOf(error)}`, { error });
          send(response, failure(500, 'the answer could not be made; the log says why'));
        },
      );
    },
  );
  const door = new Door(doorLimits, clock);
  guardHttp(server, door, { clock, answerMs: requestTimeoutMs });
  server.on('clientError', (_error, socket) => socket.destroy());
  await listen(server, host, port);
  // From here on nothing that happens to the listening socket may reach the process.
  server.on('error', () => undefined);
  return { port: (server.address() as AddressInfo).port, close: () => close(server, door) };
}

async function answerFor(request: IncomingMessage, view: HealthView, clock: Clock): Promise<Answer> {
  const route = routes.get((request.url ?? '').split('?', 1)[0]);
  if (route === undefined) return failure(404, 'there is nothing here');
  if (request.method !== 'GET' && request.method !== 'HEAD') return failure(405, 'only GET and HEAD are answered');
  return within(answerBudgetMs, route(view), clock);
}

type Route = (view: HealthView) => Answer | Promise<Answer>;

const routes: ReadonlyMap<string, Route> = new Map<string, Route>([
  ['/healthz', (view) => json(health(view.gateway()))],
  ['/readyz', (view) => json(readiness(view.drivers(), view.services(), view.gateway()))],
  ['/livez', () => json(liveness())],
  ['/startupz', (view) => json(startup(view.gateway()))],
  ['/metrics', metricsAnswer],
]);

async function metricsAnswer(view: HealthView): Promise<Answer> {
  return { httpStatus: 200, contentType: view.metricsContentType, text: await view.metrics() };
}

function json({ httpStatus, body }: { readonly httpStatus: number; readonly body: unknown }): Answer {
  return { httpStatus, contentType: 'application/json; charset=utf-8', text: JSON.stringify(body) };
}

function failure(httpStatus: number, message: string): Answer {
  return json({ httpStatus, body: { status: 'fail', message } });
}

async function within(budgetMs: number, answer: Answer | Promise<Answer>, clock: Clock): Promise<Answer> {
  if (!(answer instanceof Promise)) return answer;
  const settled = new AbortController();
  const late = delay(clock, budgetMs, settled.signal).then(
    () => failure(503, `no answer within ${budgetMs} ms`),
    () => failure(503, 'not needed'),
  );
  try {
    return await Promise.race([answer, late]);
  } finally {
    settled.abort();
  }
}

function send(response: ServerResponse, { httpStatus, contentType, text }: Answer): void {
  const headers: Record<string, string | number> = {
    'content-type': contentType,
    'content-length': Buffer.byteLength(text),
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
  };
  if (httpStatus === 405) headers.allow = 'GET, HEAD';
  response.on('error', () => undefined);
  response.writeHead(httpStatus, headers);
  response.end(text); // for HEAD, Node leaves the body out
}

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const onError = (error: NodeJS.ErrnoException): void => reject(refusal(error, host, port));
    server.once('error', onError);
    server.listen({ host, port, exclusive: true, backlog: acceptBacklog }, () => {
      server.off('error', onError);
      resolve();
    });
  });
}

function refusal(cause: NodeJS.ErrnoException, host: string, port: number): GatewayError {
  const at = `port ${port} on ${host}`;
  const remedy = 'choose another with --health-port (0 picks a free one)';
  const known: Readonly<Record<string, { code: string; message: string }>> = {
    EADDRINUSE: { code: 'PORT_TAKEN', message: `${at} is taken by another program; ${remedy}` },
    EACCES: { code: 'PORT_FORBIDDEN', message: `${at} may not be opened by this user; ${remedy}` },
    EADDRNOTAVAIL: {
      code: 'ADDRESS_NOT_AVAILABLE',
      message: `${host} is no address of this machine; set another with --bind`,
    },
  };
  const { code, message } = known[cause.code ?? ''] ?? {
    code: 'PORT_NOT_OPENED',
    message: `${at} cannot be opened for health answers (--health-port, --bind): ${cause.message}`,
  };
  return new GatewayError({ code, kind: 'config', message, cause });
}

function close(server: Server, door: Door): Promise<void> {
  door[Symbol.dispose]();
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
