import type { AddressInfo, Socket } from 'node:net';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';

export interface ReceivedMail {
  readonly from: string;
  readonly to: readonly string[];
  /** As it came, headers first. */
  readonly text: string;
  readonly user: string | undefined;
  readonly isEncrypted: boolean;
}

/** A mail server of another maker, in the process of the test. */
export class TestMailServer implements AsyncDisposable {
  readonly received: ReceivedMail[] = [];
  /** What the next message is answered with, and how it goes on; undefined: it is taken. */
  answer: { readonly code: number; readonly message: string } | 'hang up' | 'say nothing' | undefined;
  readonly #server: SMTPServer;

  private constructor(options: SMTPServerOptions) {
    this.#server = new SMTPServer({
      disableReverseLookup: true,
      authOptional: true,
      logger: false,
      ...options,
      onData: (stream, session, done) => {
        const chunks: Buffer[] = [];
        stream.on('data', (chunk: Buffer) => chunks.push(chunk));
        stream.once('end', () => {
          const { answer } = this;
          if (answer === 'say nothing') return;
          if (answer === 'hang up') return this.#hangUp();
          if (answer) return done(Object.assign(new Error(answer.message), { responseCode: answer.code }));
          const { mailFrom, rcptTo } = session.envelope;
          this.received.push({
            from: mailFrom === false ? '' : mailFrom.address,
            to: rcptTo.map(({ address }) => address),
            text: Buffer.concat(chunks).toString('utf8'),
            user: typeof session.user === 'string' ? session.user : undefined,
            isEncrypted: session.secure,
          });
          done();
        });
      },
    });
    // A client that hangs up is no fault of the test.
    this.#server.on('error', () => undefined);
  }

  static async start(
    options: SMTPServerOptions = { disabledCommands: ['STARTTLS'] },
    port = 0,
  ): Promise<TestMailServer> {
    const server = new TestMailServer(options);
    await new Promise<void>((resolve) => server.#server.listen(port, '127.0.0.1', resolve));
    return server;
  }

  get port(): number {
    return (this.#server.server.address() as AddressInfo).port;
  }

  get url(): string {
    return `smtp://127.0.0.1:${this.port}`;
  }

  /** The library closes a connection by an answer; this one ends without. */
  #hangUp(): void {
    for (const connection of this.#server.connections) {
      (connection as unknown as { readonly _socket: Socket })._socket.destroy();
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const connection of this.#server.connections) (connection as unknown as { close(): void }).close();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }
}
