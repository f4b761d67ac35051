import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { messageOf, systemClock } from '@fieldwarden/core';
import { waitFor } from '@fieldwarden/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasSlapd, serviceDn, servicePassword, Slapd } from '../testing/index.js';
import { LdapConnection } from './ldap-connection.js';

/** Hands on what comes to a port of this machine, and remembers what clients sent. */
class Relay implements Disposable {
  readonly said: Buffer[][] = [];
  readonly #sockets: Socket[] = [];
  readonly #server: Server;

  private constructor(port: number) {
    this.#server = createServer((client) => {
      const chunks: Buffer[] = [];
      this.said.push(chunks);
      const server = connect(port, '127.0.0.1');
      this.#sockets.push(client, server);
      for (const socket of [client, server]) socket.on('error', () => undefined);
      client.on('data', (chunk: Buffer) => void chunks.push(chunk));
      client.pipe(server).pipe(client);
    }).listen(0, '127.0.0.1');
  }

  static async to(port: number): Promise<Relay> {
    const relay = new Relay(port);
    await once(relay.#server, 'listening');
    return relay;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  cut(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  [Symbol.dispose](): void {
    this.cut();
    this.#server.close();
  }
}

describe.runIf(hasSlapd)('a connection to a server of the directory', () => {
  let slapd: Slapd;

  beforeAll(async () => {
    slapd = await Slapd.start({ entries: '' });
  });

  afterAll(async () => {
    await slapd[Symbol.asyncDispose]();
  });

  it.each([true, false])(
    'is not made anew after a loss, which could send a password in clear (StartTLS: %s)',
    async (startTls) => {
      using relay = await Relay.to(slapd.port);
      const ca = readFileSync(slapd.caFile, 'utf8');
      const server = { url: `ldap://localhost:${relay.port}`, startTls, ca, timeoutMs: 5_000 };
      using connection = await LdapConnection.open(server, systemClock);
      await connection.bind(serviceDn, servicePassword);
      relay.cut();
      await waitFor(
        () =>
          connection.bind(serviceDn, servicePassword).then(
            () => false,
            (error: unknown) => messageOf(error).includes('the connection was lost'),
          ),
        { what: 'the loss to be noticed' },
      );
      expect(relay.said).toHaveLength(1);
      expect(Buffer.concat(relay.said[0]).includes(servicePassword)).toBe(!startTls);
    },
  );
});
