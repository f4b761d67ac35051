import { GatewayError, messageOf, type Clock } from '@fieldwarden/core';
import { Client, ResultCodeError, type Entry, type Filter } from 'ldapts';
import { connect as connectPlain, isIP, type Socket } from 'node:net';
import { connect as connectSecure, type ConnectionOptions } from 'node:tls';
import { hostOf, isSecure } from './ldap-url.js';

/** One server of the directory, and how it is spoken to. */
export interface LdapServer {
  /** `ldaps://directory.plant.example:636`. */
  readonly url: string;
  readonly startTls: boolean;
  /** Authorities that it may be certified by, PEM; undefined: those of the system. */
  readonly ca: string | undefined;
  readonly timeoutMs: number;
}

/** What is asked of a directory: at most a handful of questions on one connection. */
export interface LdapQuestions {
  /** Rejects with a ResultCodeError where the server says no. */
  bind(dn: string, password: string): Promise<void>;
  /** At most `sizeLimit` entries; what is beyond is left off. */
  search(base: string, query: LdapQuery): Promise<readonly Entry[]>;
}

export interface LdapQuery {
  readonly scope: 'base' | 'sub';
  readonly filter: Filter;
  readonly attributes: readonly string[];
  readonly sizeLimit: number;
}

/**
 * One connection to one server, the only file that touches a socket of it. When it is lost, it is gone: ldapts would connect anew by itself,
 * without TLS where StartTLS had made it, and send the next password in clear.
 */
export class LdapConnection implements LdapQuestions, Disposable {
  readonly #client: Client;
  readonly #server: LdapServer;
  readonly #clock: Clock;
  /** Rejects when the connection ends: after StartTLS, the library does not hear of it. */
  readonly #end = Promise.withResolvers<never>();
  #socket: Socket | undefined;

  private constructor(server: LdapServer, clock: Clock) {
    this.#server = server;
    this.#clock = clock;
    this.#end.promise.catch(() => undefined);
    const { url, timeoutMs } = server;
    const tls = tlsOptions(server);
    this.#client = new Client({
      url,
      timeout: timeoutMs,
      connectTimeout: timeoutMs,
      ...(isSecure(url) && { tlsOptions: tls }),
      createConnection: ((port: number, host: string) =>
        this.#only(() => connectPlain(port, host))) as typeof connectPlain,
      createSecureConnection: ((...target: [number, string] | [ConnectionOptions]) =>
        target.length === 1
          ? connectSecure(target[0]) // StartTLS, on the one socket
          : this.#only(() => connectSecure(target[0], target[1], tls))) as typeof connectSecure,
    });
  }

  /** Rejects with kind `unreachable`. */
  static async open(server: LdapServer, clock: Clock): Promise<LdapConnection> {
    const connection = new LdapConnection(server, clock);
    if (!server.startTls || isSecure(server.url)) return connection;
    try {
      // its options take part: the library puts the socket into them
      await connection.#inTime(connection.#client.startTLS({ ...tlsOptions(server) }));
      return connection;
    } catch (error) {
      connection[Symbol.dispose]();
      throw error;
    }
  }

  async bind(dn: string, password: string): Promise<void> {
    await this.#inTime(this.#client.bind(dn, password));
  }

  async search(base: string, { scope, filter, attributes, sizeLimit }: LdapQuery): Promise<readonly Entry[]> {
    const options = { scope, filter, attributes: [...attributes], sizeLimit };
    const { searchEntries } = await this.#inTime(this.#client.search(base, options));
    return searchEntries;
  }

  /** Hangs up. */
  [Symbol.dispose](): void {
    this.#socket?.destroy();
  }

  /** Twice the library's own time: to connect, and for the answer. Handshakes of StartTLS have no other limit. */
  async #inTime<Answer>(answer: Promise<Answer>): Promise<Answer> {
    const { url, timeoutMs } = this.#server;
    const late = Promise.withResolvers<never>();
    late.promise.catch(() => undefined);
    using _timer = this.#clock.setTimer(() => late.reject(new Error(`no answer in ${timeoutMs} ms`)), 2 * timeoutMs);
    try {
      return await Promise.race([answer, late.promise, this.#end.promise]);
    } catch (error) {
      if (error instanceof ResultCodeError) throw error;
      this[Symbol.dispose]();
      throw serverAway(url, error);
    }
  }

  #only<Kind extends Socket>(connect: () => Kind): Kind {
    if (this.#socket) throw new Error('the connection was lost');
    const socket = connect();
    this.#socket = socket;
    // what the library says of the reason comes first
    socket.once('close', () => void setImmediate(() => this.#end.reject(new Error('the connection was lost'))));
    return socket;
  }
}

function serverAway(url: string, cause: unknown): GatewayError {
  const message = `the directory server ${url} cannot be reached: ${messageOf(cause)}`;
  return new GatewayError({ code: 'DIRECTORY_UNREACHABLE', kind: 'unreachable', message, cause });
}

function tlsOptions({ url, ca }: LdapServer): ConnectionOptions {
  const host = hostOf(url) ?? '';
  return { host, ...(isIP(host) === 0 && { servername: host }), ...(ca !== undefined && { ca }) };
}
