import { retryAfterMsOf } from '@fieldwarden/accounts';
import { isGatewayError, type Logger, type Redactor } from '@fieldwarden/core';
import { documentBudget, type AuditTrail } from '@fieldwarden/gateway-contract';
import express, {
  type Express,
  type NextFunction,
  type Request,
  type RequestHandler,
  type Response,
  type Router,
} from 'express';
import { admit, demandRule, requesterOf, type Caller } from '../access/admit.js';
import { authenticate, type Credentials } from '../access/authentication.js';
import { socketRequester } from '../access/requester.js';
import type { SocketVisitors } from '../access/socket-visitors.js';
import { visitorHeader } from '../access/visitor-file.js';
import { refuseForeignHost } from '../access/same-site.js';
import { recorded, recordRefusal } from './audited-requests.js';
import type { BodyBudget } from './body/body-budget.js';
import { jsonBody, type BodyLimits } from './body/read-body.js';
import type { ConsoleFiles } from './console-files.js';
import { correlationHeader, correlationIdOf } from './correlation.js';
import type { EventStreams } from '../events/event-streams.js';
import { httpsOnly } from './https-only.js';
import type { AdminTls } from './tls-front.js';
import type { GatewayControl } from '../control/gateway-control.js';
import { apiBase } from '../openapi/document.js';
import { words, wordsAndValues } from './kept-fields.js';
import { problemOf } from './problem.js';
import { RequestRefused } from './request-refused.js';
import { streaming, type Answer, type HttpExchange, type Route } from './route.js';
import { adminRoutes } from '../routes/admin-routes.js';

export interface AdminAppDependencies {
  readonly control: GatewayControl;
  readonly logger: Logger;
  readonly streams: EventStreams;
  readonly credentials: Credentials;
  readonly visitors: SocketVisitors;
  readonly audit: AuditTrail;
  /** Of both doors together. */
  readonly bodies: BodyBudget;
  /** Of whatever leaves. */
  readonly redactor: Redactor;
  /** Known once it listens: before any request. */
  readonly server: { readonly port: number };
}

/** What only the TCP door has. */
export interface TcpDoor {
  /** Names under which it may be called; addresses always may. */
  readonly hostNames: ReadonlySet<string>;
  readonly console: ConsoleFiles;
  /** While the port has a certificate. */
  readonly tls: () => Pick<AdminTls, 'source'> | undefined;
}

/** The API behind one door; without `tcp` it is that of the local socket, where the file mode says who may come in. */
export function adminApp(deps: AdminAppDependencies, tcp: TcpDoor | undefined): Express {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.set('query parser', false);
  app.use(prepare);
  if (tcp) app.use(httpsOnly(tcp), hostGuard(tcp.hostNames));
  app.use(apiBase, tcp ? callerFinder(deps.credentials) : visitorFinder(deps.visitors), adminRouter(deps, adminRoutes));
  app.use(apiBase, (request, response) => {
    requesterOf(callerOf(response)); // who may not come in is told so whatever the path
    throw noSuchRoute(request);
  });
  if (tcp) app.use(tcp.console.handler);
  app.use((request) => {
    throw noSuchRoute(request);
  });
  app.use((error: unknown, request: Request, response: Response, next: NextFunction) => {
    answerError(error, request, response, next, deps);
  });
  return app;
}

/** Each route, and behind it a refusal of the other methods on its path. */
export function adminRouter(deps: AdminAppDependencies, routes: readonly Route[]): Router {
  const router = express.Router({ caseSensitive: true });
  const shortBody = jsonBody(undefined, deps.bodies);
  for (const route of routes) {
    demandRule(route);
    const guard: RequestHandler = async (request, response, next) => {
      await admitRecorded(exchangeOf(request, response, deps), route, shortBody);
      next();
    };
    const body = jsonBody(bodyLimits(route), deps.bodies);
    router[route.method](route.path, guard, body, async (request, response) => {
      const answer = await recorded(route, exchangeOf(request, response, deps));
      if (answer !== streaming) send(response, answer, deps.redactor);
    });
  }
  for (const path of new Set(routes.map((route) => route.path))) {
    const allowed = routes.filter((route) => route.path === path).map(({ method }) => method.toUpperCase());
    router.all(path, (request, response) => {
      requesterOf(callerOf(response));
      throw methodNotAllowed(request, allowed);
    });
  }
  return router;
}

/** Rejects with the refusal, which is a row of the audit where the route has any. */
async function admitRecorded(exchange: HttpExchange, route: Route, shortBody: RequestHandler): Promise<void> {
  const { request, response, caller, credentials } = exchange;
  try {
    admit(request, caller, route, credentials.limits);
  } catch (refusal) {
    if (!route.audited) throw refusal;
    // What somebody who is known may not do: its body says to what. Nobody else's is read.
    if (isGatewayError(refusal) && refusal.code === 'NOT_PERMITTED')
      await new Promise<void>((resolve) => void shortBody(request, response, () => resolve()));
    recordRefusal(route.audited, exchange, refusal);
    throw refusal;
  }
}

/** A body with a document is as large as documents may be, and has some levels around it. */
function bodyLimits({ maxBodyBytes }: Route): BodyLimits | undefined {
  if (maxBodyBytes === undefined) return undefined;
  return { maxBytes: maxBodyBytes, values: documentBudget.values, depth: documentBudget.depth + 8 };
}

function hostGuard(names: ReadonlySet<string>): RequestHandler {
  return (request, _response, next) => {
    // who knows a token is no page that was lured here
    if (request.get('Authorization') === undefined) refuseForeignHost(request, names);
    next();
  };
}

/** Whether somebody must be known is for the route to say. */
function callerFinder(credentials: Credentials): RequestHandler {
  return (request, response, next) => {
    setCaller(response, findCaller(request, credentials));
    next();
  };
}

function visitorFinder(visitors: SocketVisitors): RequestHandler {
  return async (request, response, next) => {
    setCaller(response, { requester: socketRequester(await visitors.visitorOf(request.get(visitorHeader))) });
    next();
  };
}

function findCaller(request: Request, credentials: Credentials): Caller {
  try {
    return { requester: authenticate(request, credentials) };
  } catch (refusal) {
    return { refusal };
  }
}

const securityHeaders = {
  'Cache-Control': 'no-store',
  'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'",
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
};

function prepare(request: Request, response: Response, next: NextFunction): void {
  const correlationId = correlationIdOf(request.get(correlationHeader));
  response.locals.correlationId = correlationId;
  response.set({ ...securityHeaders, [correlationHeader]: correlationId });
  next();
}

function setCaller(response: Response, caller: Caller): void {
  response.locals.caller = caller;
}

function callerOf(response: Response): Caller {
  return (response.locals as { caller: Caller }).caller;
}

function correlationOf(response: Response): string {
  return (response.locals as { correlationId: string }).correlationId;
}

function exchangeOf(request: Request, response: Response, deps: AdminAppDependencies): HttpExchange {
  const caller = callerOf(response);
  return {
    ...deps,
    request,
    response,
    query: new URL(request.originalUrl, 'http://localhost').searchParams,
    caller,
    get requester() {
      return requesterOf(caller);
    },
    correlationId: correlationOf(response),
  };
}

/** The one place where answers leave. A text is a document or a table as it was written: with references. */
function send(response: Response, answer: Answer, redactor: Redactor): void {
  if ('text' in answer) {
    response.status(answer.status).type(answer.type).send(answer.text);
    return;
  }
  const { status, body, isDocument, hasPlantValues, afterwards } = answer;
  if (afterwards) response.once('close', afterwards);
  const type = status >= 400 ? 'application/problem+json' : 'application/json';
  response
    .status(status)
    .type(type)
    .send(isDocument ? JSON.stringify(body) : redactor.redactJson(body, hasPlantValues ? wordsAndValues : words));
}

function answerError(
  error: unknown,
  request: Request,
  response: Response,
  next: NextFunction,
  { logger, redactor }: AdminAppDependencies,
): void {
  if (response.headersSent) {
    next(error); // express closes the connection: the client must not take the half for the whole
    return;
  }
  const problem = problemOf(error, correlationOf(response));
  if (error instanceof RequestRefused && error.refusal.headers) response.set(error.refusal.headers);
  const retryAfterMs = retryAfterMsOf(error);
  if (retryAfterMs !== undefined) response.set('Retry-After', String(Math.max(1, Math.ceil(retryAfterMs / 1_000))));
  logFailure(logger, error, request, problem);
  send(response, { status: problem.status, body: problem }, redactor);
}

function logFailure(
  logger: Logger,
  error: unknown,
  { method, path }: Request,
  { status, code, detail, correlationId }: ReturnType<typeof problemOf>,
): void {
  const expected = error instanceof RequestRefused || (isGatewayError(error) && error.kind !== 'bug') || status < 500;
  if (expected) logger.debug(`${method} ${path}: ${status} ${code}, ${detail}`, { correlationId });
  else logger.error(`${method} ${path} failed unexpectedly`, { correlationId, error });
}

function noSuchRoute({ method, path }: Request): RequestRefused {
  return new RequestRefused({
    status: 404,
    code: 'NO_SUCH_ROUTE',
    detail: `there is no ${method} ${path}`,
    remedy: `GET ${apiBase}/openapi.json describes every route.`,
  });
}

function methodNotAllowed({ method, path }: Request, allowed: readonly string[]): RequestRefused {
  return new RequestRefused({
    status: 405,
    code: 'METHOD_NOT_ALLOWED',
    detail: `${method} ${path} is not possible, only ${allowed.join(', ')}`,
    headers: { Allow: allowed.join(', ') },
  });
}
