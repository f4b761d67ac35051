import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLogger, type Clock, type Logger } from '@fieldwarden/core';
import type { RateLimitOptions } from '../access/rate-limits.js';
import { SessionStore } from '../access/session-store.js';
import { TokenStore } from '../access/token-store.js';
import { AdminServer } from '../server/admin-server.js';
import type { EventStreamLimits } from '../events/event-stream-limits.js';
import type { Door } from './api-client.js';
import { FakeGatewayControl } from './fake-gateway-control.js';

export const testToken = 'fw_test';

/** What makes a token of `fw_test`. */
const randomOfTestToken = Buffer.from('test', 'base64url');

export interface TestServerOptions {
  readonly clock?: Clock;
  readonly logger?: Logger;
  readonly streams?: Partial<EventStreamLimits>;
  readonly consoleDir?: string;
  readonly hostNames?: readonly string[];
  readonly limits?: Partial<RateLimitOptions>;
  /** Nobody has a token yet, as at the very first start. */
  readonly withoutToken?: boolean;
}

/** A real AdminServer on a free port and in a fresh home, before a gateway without a plant. */
export class TestServer implements AsyncDisposable {
  readonly control = new FakeGatewayControl();
  readonly home: string;
  readonly #options: TestServerOptions;
  #server: AdminServer | undefined;
  #tokens: TokenStore | undefined;

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
    const { clock, logger = silentLogger, withoutToken = false, ...options } = this.#options;
    const random = withoutToken ? randomBytes : () => randomOfTestToken;
    this.#tokens = await TokenStore.open(join(this.home, 'tokens.json'), { random });
    if (!withoutToken && this.#tokens.verify(testToken) === undefined) await this.#tokens.create('test');
    const sessions = SessionStore.open(join(this.home, 'sessions.json'), { logger, ...(clock && { clock }) });
    this.#server = await AdminServer.start(
      {
        host: '127.0.0.1',
        port: 0,
        socketPath: this.socketPath,
        tokens: this.#tokens,
        sessions,
        site: 'lab',
        ...options,
      },
      { control: this.control, logger, ...(clock && { clock }) },
    );
  }

  get tokens(): TokenStore {
    return this.#tokens!;
  }

  get socketPath(): string {
    return join(this.home, 'admin.sock');
  }

  get port(): number {
    return this.#server!.port;
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
