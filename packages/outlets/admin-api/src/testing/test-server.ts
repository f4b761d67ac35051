import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Access, type AccountStore, type SessionLimits, type TokenStore } from '@fieldwarden/accounts';
import { silentLogger, systemClock, type Clock, type Logger } from '@fieldwarden/core';
import { everywhere, type AuditEntry, type Role } from '@fieldwarden/gateway-contract';
import type { RateLimitOptions } from '../access/rate-limits.js';
import { AdminServer } from '../server/admin-server.js';
import type { AdminTls } from '../server/tls-front.js';
import type { EventStreamLimits } from '../events/event-stream-limits.js';
import type { Door } from './api-client.js';
import { FakeGatewayControl } from './fake-gateway-control.js';

export const testToken = 'fw_test';

export const testPassword = 'tall copper kettle';

/** Hashes that take no time. */
const cheapHash = { memoryKiB: 64, passes: 1 };

/** What makes a token of `fw_test`. */
const randomOfTestToken = Buffer.from('test', 'base64url');

export interface TestServerOptions {
  readonly clock?: Clock;
  readonly logger?: Logger;
  readonly streams?: Partial<EventStreamLimits>;
  readonly consoleDir?: string;
  readonly hostNames?: readonly string[];
  readonly limits?: Partial<RateLimitOptions>;
  readonly tls?: AdminTls;
  /** Nobody has a token yet, as at the very first start. */
  readonly withoutToken?: boolean;
  readonly sessions?: Partial<SessionLimits>;
}

/** A real AdminServer on a free port and in a fresh home, before a gateway without a plant. */
export class TestServer implements AsyncDisposable {
  readonly control = new FakeGatewayControl();
  readonly home: string;
  readonly #options: TestServerOptions;
  #server: AdminServer | undefined;
  /** What was recorded, oldest first. */
  readonly audited: AuditEntry[] = [];
  #access: Access | undefined;

  private constructor(home: string, options: TestServerOptions) {
    this.home = home;
    this.#options = options;
  }

  static async start(options: TestServerOptions = {}): Promise<TestServer> {
    const test = new TestServer(await mkdtemp(join(tmpdir(), 'fieldwarden-admin-')), options);
    await test.restart();
    return test;
  }

  /** Again in the same home, after `stop`. */
  async restart(): Promise<void> {
    const { clock = systemClock, logger = silentLogger, withoutToken = false, sessions, ...options } = this.#options;
    const random = withoutToken ? randomBytes : () => randomOfTestToken;
    const audit = { record: (entry: AuditEntry) => void this.audited.push(entry) };
    const accessOptions = { random, cost: cheapHash, ...(sessions && { sessions }) };
    this.#access = await Access.open(this.home, { audit, clock, logger }, accessOptions);
    if (!withoutToken && this.tokens.verify(testToken) === undefined)
      await this.tokens.create({ name: 'test', role: 'admin' });
    this.#server = await AdminServer.start(
      {
        host: '127.0.0.1',
        port: 0,
        socketPath: this.socketPath,
        access: this.#access,
        site: 'lab',
        ...options,
      },
      { control: this.control, logger, clock, audit },
    );
  }

  get access(): Access {
    return this.#access!;
  }

  get tokens(): TokenStore {
    return this.access.tokens;
  }

  get accounts(): AccountStore {
    return this.access.accounts;
  }

  /** An account with `testPassword`. */
  async addUser(name: string, role: Role, areas: readonly string[] = everywhere): Promise<void> {
    await this.accounts.create({ name, role, areas, password: await this.access.hasher.hash(testPassword) });
  }

  get socketPath(): string {
    return join(this.home, 'admin.sock');
  }

  get port(): number {
    return this.#server!.port;
  }

  useTls(tls: AdminTls | undefined): void {
    this.#server!.useTls(tls);
  }

  get socket(): Door {
    return { socketPath: this.socketPath };
  }

  get tcp(): Door {
    return { port: this.port, token: testToken };
  }

  async stop(): Promise<void> {
    await this.#server!.stop();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
    await rm(this.home, { recursive: true, force: true });
  }
}
