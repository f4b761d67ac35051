import { createServer, type Server } from 'node:http';
import { dirname } from 'node:path';
import type { Access } from '@fieldwarden/accounts';
import { delay, nothingSecret, systemClock, type Clock, type Logger, type Redactor } from '@fieldwarden/core';
import type { AuditTrail } from '@fieldwarden/gateway-contract';
import type { Express } from 'express';
import { BodyBudget } from './body/body-budget.js';
import { adminApp } from './admin-app.js';
import { RateLimits, type RateLimitOptions } from '../access/rate-limits.js';
import { ownNames } from '../access/same-site.js';
import { SessionCookie } from '../access/session-cookie.js';
import { SocketVisitors } from '../access/socket-visitors.js';
import { ConsoleFiles } from './console-files.js';
import type { EventStreamLimits } from '../events/event-stream-limits.js';
import { EventStreams } from '../events/event-streams.js';
import type { GatewayControl } from '../control/gateway-control.js';
import { Door, guardHttp } from '@fieldwarden/door';
import { listenOnPort, stopListening } from './listen.js';
import { LocalSocket } from './local-socket.js';
import { TlsFront, type AdminTls } from './tls-front.js';

export interface AdminServerOptions {
  readonly host: string;
  /** 0 picks a free one: see `port`. */
  readonly port: number;
  /** `<home>/admin.sock`. The directory exists. */
  readonly socketPath: string;
  /** Who may come in over TCP. */
  readonly access: Access;
  /** Which cookies are its own, among those of other gateways on the same host. */
  readonly site: string;
  /** Folder of the built console; undefined = this server has none. */
  readonly consoleDir?: string;
  /** Names under which browsers may call it, besides its addresses and `localhost`. */
  readonly hostNames?: readonly string[];
  /** Key and certificate of the port; undefined: it speaks HTTP in clear. `useTls` changes it. */
  readonly tls?: AdminTls | undefined;
  readonly limits?: Partial<RateLimitOptions>;
  readonly streams?: Partial<EventStreamLimits>;
}

export interface AdminServerDependencies {
  readonly control: GatewayControl;
  readonly logger: Logger;
  readonly clock?: Clock;
  /** Of whatever leaves. Default: nothing is secret. */
  readonly redactor?: Redactor;
  /** Default: nobody writes down who did what. */
  readonly audit?: AuditTrail;
}

/** On TCP. A console holds up to six connections, one of them with events. */
const doorLimits = { connections: 256, perAddress: 128 } as const;

const noAudit: AuditTrail = { record: () => undefined };

/** How long `stop` lets requests under way finish. */
const stopGraceMs = 2_000;

/** The Admin API on its two doors: a TCP port for which one needs a token or a session, and a unix socket guarded by its file mode. */
export class AdminServer {
  readonly #tcp: Server;
  readonly #socket: LocalSocket;
  readonly #streams: EventStreams;
  readonly #access: Access;
  readonly #following: Disposable;
  readonly #clock: Clock;
  readonly #door: Door;
  readonly #front: TlsFront;
  #port = 0;

  private constructor(
    options: AdminServerOptions,
    { control, logger, clock = systemClock, redactor = nothingSecret, audit = noAudit }: AdminServerDependencies,
  ) {
    this.#clock = clock;
    this.#streams = new EventStreams({ logger, clock, redactor }, options.streams);
    const { access, site, hostNames = [], consoleDir } = options;
    this.#access = access;
    this.#following = access.follow(() => this.#streams.endThoseThatMayNotStay());
    const cookie = new SessionCookie(site);
    const begunCookie = new SessionCookie(site, { name: 'fieldwarden_sign_in', sameSite: 'Lax' });
    const credentials = { access, cookie, begunCookie, site, limits: new RateLimits(clock, options.limits) };
    const bodies = new BodyBudget();
    const visitors = new SocketVisitors(dirname(options.socketPath));
    const deps = {
      control,
      logger,
      redactor,
      audit,
      bodies,
      streams: this.#streams,
      credentials,
      visitors,
      server: this,
    };
    const tcp = { hostNames: ownNames(hostNames), console: new ConsoleFiles(consoleDir), tls: () => this.#front.tls };
    this.#tcp = impatientServer(adminApp(deps, tcp));
    this.#front = new TlsFront(this.#tcp, { clock });
    this.#front.use(options.tls);
    this.#door = new Door(doorLimits, clock);
    guardHttp(this.#tcp, this.#door, { clock, transportOf: this.#front.transportOf });
    const local = adminApp(deps, undefined);
    const makeServer = (): Server => Object.assign(impatientServer(local), { maxConnections: 256 });
    this.#socket = new LocalSocket(options.socketPath, { makeServer, logger });
  }

  /**
   * Resolves when both doors are open; the socket is at a spare place while the disk of the home directory takes no file: see `openSocket`. Throws kind
   * `config`: `PORT_TAKEN`, `PORT_NOT_BOUND`, `HOME_IN_USE`, `HOME_PATH_TOO_LONG`, `SOCKET_NOT_BOUND`; then neither is.
   */
  static async start(options: AdminServerOptions, deps: AdminServerDependencies): Promise<AdminServer> {
    const server = new AdminServer(options, deps);
    await server.#socket.open();
    try {
      server.#port = await listenOnPort(server.#tcp, options.host, options.port);
    } catch (error) {
      await server.stop();
      throw error;
    }
    return server;
  }

  /** Opens the local socket in the home if it is not open there yet. Rejects as `start` does, also when the disk does not take it. */
  async openSocket(): Promise<void> {
    await this.#socket.openAtHome();
  }

  /** New connections are met with this; undefined: in clear. Connections that are open stay. */
  useTls(tls: AdminTls | undefined): void {
    this.#front.use(tls);
  }

  get port(): number {
    return this.#port;
  }

  /** Ends the streams, lets requests under way finish for a moment, closes both doors and removes the socket. */
  async stop(): Promise<void> {
    this.#following[Symbol.dispose]();
    this.#streams.closeAll();
    this.#door[Symbol.dispose]();
    this.#front[Symbol.dispose]();
    const closed = Promise.all([stopListening(this.#tcp), this.#socket.close()]);
    const inTime = new AbortController();
    const cut = delay(this.#clock, stopGraceMs, inTime.signal).then(
      () => this.#cutConnections(),
      () => undefined,
    );
    await closed;
    inTime.abort();
    await cut;
    await this.#access.sessions.flushed();
  }

  #cutConnections(): void {
    this.#tcp.closeAllConnections();
    this.#socket.closeAllConnections();
  }
}

/** Slow and idle clients cost a connection for a bounded time. */
function impatientServer(app: Express): Server {
  return createServer(
    { requestTimeout: 30_000, headersTimeout: 10_000, keepAliveTimeout: 5_000, connectionsCheckingInterval: 5_000 },
    app,
  );
}
