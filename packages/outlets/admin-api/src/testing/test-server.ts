import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLogger, type Clock, type Logger } from '@fieldwarden/core';
import { AdminServer } from '../admin-server.js';
import type { EventStreamLimits } from '../event-streams.js';
import type { Door } from './api-client.js';
import { FakeGatewayControl } from './fake-gateway-control.js';

export const testToken = 'fw_test';

export interface TestServerOptions {
  readonly clock?: Clock;
  readonly logger?: Logger;
  readonly streams?: Partial<EventStreamLimits>;
}

/** A real AdminServer on a free port and in a fresh home, before a gateway without a plant. */
export class TestServer implements AsyncDisposable {
  readonly control = new FakeGatewayControl();
  readonly home: string;
  readonly #options: TestServerOptions;
  #server: AdminServer | undefined;

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
    const { clock, logger = silentLogger, streams } = this.#options;
    this.#server = await AdminServer.start(
      {
        host: '127.0.0.1',
        port: 0,
        socketPath: this.socketPath,
        tokens: { verify: (token) => (token === testToken ? 'test' : undefined) },
        ...(streams && { streams }),
      },
      { control: this.control, logger, ...(clock && { clock }) },
    );
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
