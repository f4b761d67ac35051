import { GatewayError, type Timer } from '@fieldwarden/core';
import type { CallContext, DriverContext } from '@fieldwarden/driver';
import type { X509Certificate } from 'node:crypto';
import type { OpcUaDeviceOptions, OpcUaOptions } from '../options.js';
import { ownIdentity } from '../trust/own-certificate.js';
import { ServerTrust, thumbprintOf } from '../trust/server-trust.js';
import { Backoff } from './backoff.js';
import { Attempt } from './connect.js';
import { closed, silent, unreachable } from './errors.js';
import { explained, type Refusal } from './explain.js';
import { loadLibrary } from './library.js';
import type { Link } from './link.js';
import { within } from './waiting.js';

export interface KeeperOwner {
  /** There is a connection. */
  ready(link: Link): void;
  /** There is none any more. */
  lost(error: GatewayError): void;
}

/** After a refusal that somebody has to mend: an account that is locked after five wrong passwords should not be. */
const refusedBackoff = { initialMs: 1_000, maxMs: 30_000 };

/** How often the stores are looked at while a server is not trusted: without a word to the server. */
const lookMs = 1_000;

/** So much of a call is kept for telling its outcome. */
const reserveMs = 20;

/**
 * Has a connection whenever there can be one: connects, and when the link is lost, whatever the cause, makes a new one after a pause. At most one attempt at a time, each
 * to the next address of the list.
 */
export class Keeper {
  readonly #context: DriverContext<OpcUaOptions, OpcUaDeviceOptions>;
  readonly #owner: KeeperOwner;
  readonly #urls: readonly string[];
  readonly #trust: ServerTrust;
  readonly #pauses: Backoff;
  readonly #refusedPauses: Backoff;
  readonly #waiting = new Set<() => void>();
  #link: Link | undefined;
  #attempt: Attempt | undefined;
  #url = 0;
  #timer: Timer | undefined;
  /** Why there is no connection; undefined until the first attempt has failed. */
  #problem: GatewayError | undefined;
  #toldProblem = '';
  #untrusted: X509Certificate | undefined;
  #isClosed = false;

  constructor(context: DriverContext<OpcUaOptions, OpcUaDeviceOptions>, owner: KeeperOwner) {
    const { options, random, certificates } = context;
    this.#context = context;
    this.#owner = owner;
    this.#urls = [options.endpointUrl, ...options.failoverUrls];
    this.#trust = new ServerTrust(certificates.stores);
    this.#pauses = new Backoff(options.reconnect, random);
    this.#refusedPauses = new Backoff(refusedBackoff, random);
  }

  /** Loads the library and makes what is the driver's own, so that the first call finds a connection soon. Rejects with kind `config` when its certificate is damaged. */
  async open(): Promise<void> {
    const { clock, logger, driverId, certificates } = this.#context;
    await loadLibrary(logger);
    await ownIdentity(certificates.folder, driverId, clock.wallMs());
    if (!this.#isClosed) void this.#connect();
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#timer?.[Symbol.dispose]();
    this.#attempt?.abandon();
    this.#wake();
    await this.#link?.close(closed());
  }

  /** Throws the connection away and makes a new one. */
  reconnect(): void {
    this.#pauses.reset();
    this.#refusedPauses.reset();
    if (this.#link) this.#link.lose(unreachable('the driver makes a new connection'));
    else if (!this.#attempt) this.#soon(0);
  }

  get link(): Link | undefined {
    return this.#link;
  }

  /** The connection, waited for only while the first attempt is under way; at once kind `unreachable` while there can be none. */
  async ready({ deadlineMs, signal }: CallContext, going: AbortSignal): Promise<Link> {
    const { clock } = this.#context;
    for (;;) {
      going.throwIfAborted();
      if (this.#isClosed) throw closed();
      if (this.#link) return this.#link;
      if (this.#problem) throw askable(this.#problem);
      await within(this.#change(), clock, {
        waitMs: deadlineMs - reserveMs - clock.monotonicMs(),
        late: () => unreachable(`the server ${this.#urls[this.#url]} has not answered yet`),
        signals: [signal, going],
      });
    }
  }

  #change(): Promise<void> {
    return new Promise((resolve) => this.#waiting.add(resolve));
  }

  #wake(): void {
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const resolve of waiting) resolve();
  }

  /** Never rejects. */
  async #connect(): Promise<void> {
    const endpointUrl = this.#urls[this.#url];
    try {
      const link = await this.#attemptAt(endpointUrl);
      if (this.#isClosed) return await link.close(closed());
      this.#established(link);
    } catch (error) {
      if (this.#isClosed) return;
      const facts = this.#attempt?.facts ?? {
        endpointUrl,
        thumbprint: undefined,
        certificateFile: undefined,
        user: undefined,
        announcedUrls: [],
      };
      this.#attempt?.abandon();
      this.#attempt = undefined;
      this.#failed(explained(error, facts));
    }
  }

  async #attemptAt(endpointUrl: string): Promise<Link> {
    const { clock, logger, options, driverId, certificates } = this.#context;
    const library = await loadLibrary(logger);
    const own = await ownIdentity(certificates.folder, driverId, clock.wallMs());
    if (this.#isClosed) throw closed();
    const attempt = new Attempt(endpointUrl, {
      library, own, options, clock, logger, driverId, trust: this.#trust,
      onUntrusted: (certificate) => (this.#untrusted = certificate),
    }); // prettier-ignore
    this.#attempt = attempt;
    return await within(attempt.run(), clock, {
      waitMs: options.connectTimeoutMs,
      late: () =>
        silent(`at ${endpointUrl} within ${options.connectTimeoutMs} ms: nothing that speaks OPC UA may be there`),
    });
  }

  #established(link: Link): void {
    const { logger } = this.#context;
    this.#attempt = undefined;
    this.#link = link;
    this.#problem = undefined;
    this.#untrusted = undefined;
    this.#toldProblem = '';
    this.#refusedPauses.reset();
    logger.info(`connected to the OPC UA server ${link.endpointUrl}`);
    this.#wake();
    link.onLost((error) => this.#lost(link, error));
    if (!link.lost) this.#owner.ready(link);
  }

  #lost(link: Link, error: GatewayError): void {
    if (this.#link !== link) return;
    this.#link = undefined;
    if (this.#isClosed) return;
    this.#problem = error;
    this.#context.logger.warn(`OPC UA: ${error.message}`, { code: error.code });
    this.#owner.lost(askable(error));
    this.#wake();
    this.#soon(this.#pauses.next());
  }

  #failed({ error, isLasting }: Refusal): void {
    this.#problem = error;
    this.#url = (this.#url + 1) % this.#urls.length;
    // Of a server that is away for a day, the log has one line a reason.
    if (this.#toldProblem !== error.message)
      this.#context.logger.warn(`OPC UA: ${error.message}`, { code: error.code });
    this.#toldProblem = error.message;
    this.#owner.lost(askable(error));
    this.#wake();
    this.#soon((isLasting ? this.#refusedPauses : this.#pauses).next());
    if (isLasting && this.#untrusted) this.#lookForTrust(this.#untrusted, this.#timer!);
  }

  #soon(pauseMs: number): void {
    this.#timer?.[Symbol.dispose]();
    this.#timer = this.#context.clock.setTimer(() => void this.#connect(), pauseMs);
    this.#timer.unref();
  }

  /** Once somebody trusts the server, it is not kept waiting. */
  #lookForTrust(certificate: X509Certificate, pause: Timer): void {
    const look = this.#context.clock.setTimer(() => {
      if (this.#timer !== pause || this.#isClosed || this.#link || this.#attempt) return;
      void this.#trust
        .isTrusted(certificate)
        .catch(() => false)
        .then((isTrusted) => {
          if (this.#timer !== pause || this.#isClosed) return;
          if (isTrusted) {
            this.#context.logger.info(`the server’s certificate ${thumbprintOf(certificate)} is trusted now`);
            this.#refusedPauses.reset();
            this.#soon(0);
          } else this.#lookForTrust(certificate, pause);
        });
    }, lookMs);
    look.unref();
  }
}

/** As whoever asks for values hears it: the server is not reached now, and may be later, whatever the reason. */
function askable({ code, message, cause }: GatewayError): GatewayError {
  return new GatewayError({ code, kind: 'unreachable', message, cause, writeOutcome: 'not-sent' });
}
