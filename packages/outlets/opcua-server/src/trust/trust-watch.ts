import { storeFolders, type StoreFolders } from '@fieldwarden/certificates';
import { messageOf, type Clock, type Logger, type Timer } from '@fieldwarden/core';
import { readdir, readFile, stat } from 'node:fs/promises';
import { X509Certificate } from 'node:crypto';
import { join } from 'node:path';
import { StatusCodes, type OPCUAServer, type ServerSecureChannelLayer, type ServerSession } from 'node-opcua';
import type { Door } from '../door/door.js';
import { Refusal } from '../door/frame-reader.js';
import type { Notices } from '../server/notices.js';
import { factsOf, type ClientCertificates } from './client-certificates.js';

export interface TrustWatchDependencies {
  readonly certificates: ClientCertificates;
  readonly pkiDir: string;
  readonly door: Door;
  readonly server: OPCUAServer;
  readonly notices: Notices;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** A member of the library's engine that its types do not show. */
interface Engine {
  getSessions(): ServerSession[];
  closeSession(token: ServerSession['authenticationToken'], deleteSubscriptions: boolean, reason: string): void;
}

/** Also of files that somebody moves by hand the channels end within 5 s (OPC 10000-12, 7.5.3). */
const lookMs = 2_000;

/** Open channels and the trust that they stand on: when a certificate is trusted no longer, its channels and sessions end. */
export class TrustWatch implements Disposable {
  readonly #deps: TrustWatchDependencies;
  readonly #folders: StoreFolders;
  readonly #channels = new Map<ServerSecureChannelLayer, Buffer>();
  #seenFolders: string | undefined;
  /** Looks that are still due after a start or a change: the library hears of it a moment later. */
  #looksDue = 2;
  #timer: Timer | undefined;
  #isOver = false;
  /** One after the other. */
  #work: Promise<void> = Promise.resolve();

  constructor(dependencies: TrustWatchDependencies) {
    this.#deps = dependencies;
    this.#folders = storeFolders(dependencies.pkiDir);
    this.#lookSoon();
  }

  /** The channel was opened by this certificate. */
  follow(channel: ServerSecureChannelLayer, certificate: Buffer): void {
    if (!this.#channels.has(channel)) channel.once('abort', () => this.#channels.delete(channel));
    this.#channels.set(channel, certificate);
  }

  /** `thumbprint` undefined: any may have been moved. Never rejects. */
  async reread(thumbprint: string | undefined): Promise<void> {
    await this.#inTurn(async () => {
      for (const certificate of await this.#movedOf(thumbprint)) await this.#deps.certificates.reread(certificate);
      await this.#endUntrusted();
    });
  }

  [Symbol.dispose](): void {
    this.#isOver = true;
    this.#timer?.[Symbol.dispose]();
    this.#channels.clear();
  }

  #inTurn(act: () => Promise<void>): Promise<void> {
    this.#work = this.#work.then(act).catch((error: unknown) => {
      this.#deps.logger.warn(`certificates of OPC UA clients could not be looked at: ${messageOf(error)}`, { error });
    });
    return this.#work;
  }

  #lookSoon(): void {
    if (this.#isOver) return;
    this.#timer = this.#deps.clock.setTimer(() => void this.#look().finally(() => this.#lookSoon()), lookMs);
    this.#timer.unref();
  }

  /** What was moved by hand is seen by its folder. */
  async #look(): Promise<void> {
    const { trusted, rejected, issuers } = this.#folders;
    const seen = await Promise.all([trusted, rejected, issuers].map(changedAt));
    const now = seen.join(' ');
    if (now !== this.#seenFolders) this.#looksDue = 2;
    this.#seenFolders = now;
    if (this.#looksDue === 0) return;
    this.#looksDue -= 1;
    await this.#inTurn(() => this.#endUntrusted());
  }

  async #endUntrusted(): Promise<void> {
    const verdicts = new Map<string, boolean>();
    for (const [channel, certificate] of [...this.#channels]) {
      const { thumbprint } = factsOf(certificate);
      const isTrusted = verdicts.get(thumbprint) ?? (await this.#deps.certificates.isTrusted(certificate));
      verdicts.set(thumbprint, isTrusted);
      if (!isTrusted && this.#channels.delete(channel)) this.#end(channel, certificate);
    }
  }

  #end(channel: ServerSecureChannelLayer, certificate: Buffer): void {
    const { door, notices } = this.#deps;
    const { subject, thumbprint } = factsOf(certificate);
    const { remoteAddress: address } = channel;
    const engine: Engine = this.#deps.server.engine;
    for (const session of engine.getSessions()) {
      if (session.channel === channel) engine.closeSession(session.authenticationToken, true, 'Forcing');
    }
    const refusal = new Refusal(StatusCodes.BadSecurityChecksFailed, 'the server does not trust this certificate');
    door.connectionOf(channel)?.refuse(refusal, true);
    const message = `OPC UA client ${subject} at ${address} disconnected: its certificate is trusted no longer`;
    notices.tell(`trust ${thumbprint}`, message, { address, thumbprint });
  }

  /** Of the stores, and those of open channels: one that was removed is in none. */
  async #movedOf(thumbprint: string | undefined): Promise<readonly Buffer[]> {
    const { trusted, rejected } = this.#folders;
    const found = new Map<string, Buffer>();
    const candidates = [
      ...(await certificatesIn(rejected)),
      ...(await certificatesIn(trusted)),
      ...this.#channels.values(),
    ];
    for (const certificate of candidates) {
      const facts = factsOf(certificate);
      if (thumbprint === undefined || facts.thumbprint === thumbprint) found.set(facts.thumbprint, certificate);
    }
    return [...found.values()];
  }
}

async function changedAt(folder: string): Promise<number> {
  return (await stat(folder).catch(() => undefined))?.mtimeMs ?? 0;
}

async function certificatesIn(folder: string): Promise<readonly Buffer[]> {
  const found: Buffer[] = [];
  for (const name of await readdir(folder).catch(() => [])) {
    try {
      found.push(new X509Certificate(await readFile(join(folder, name))).raw);
    } catch {
      // no certificate, or moved meanwhile
    }
  }
  return found;
}
