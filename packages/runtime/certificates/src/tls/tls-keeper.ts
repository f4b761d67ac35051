import { messageOf, type Clock, type Logger, type Timer } from '@fieldwarden/core';
import type { X509Certificate } from 'node:crypto';
import { statSync } from 'node:fs';
import { createSecureContext, type SecureContext } from 'node:tls';
import { keyFingerprint } from '../facts/certificate-facts.js';
import { day, judgeCertificate, type CertificateNeeds } from '../facts/judge-certificate.js';
import { checkTlsFiles } from './check-tls-files.js';
import type { KeyPair } from './make-certificate.js';
import { ensureOwnTlsCertificate } from './own-tls-certificate.js';
import type { TlsSettings } from './tls-settings.js';

/** What new connections are served with. */
export interface ServedTls {
  readonly context: SecureContext;
  readonly leaf: X509Certificate;
  /** Whose certificate it is: of the gateway, or of the operator's files. */
  readonly source: 'own' | 'files';
}

export interface TlsKeeperDependencies {
  /** `<pki>/tls`, of the own certificate. */
  readonly folder: string;
  /** What an own certificate has to say, as of now. */
  readonly needs: () => CertificateNeeds & { readonly commonName: string };
  readonly clock: Clock;
  readonly logger: Logger;
  /** Told to people: a certificate that clients have to know has changed. */
  readonly tell: (message: string) => void;
  /** What is wrong with the operator's files, while something is; undefined: nothing. */
  readonly onTrouble: (message: string | undefined) => void;
  /** New connections are served with this from now on; undefined: without TLS. */
  readonly onServed: (served: ServedTls | undefined) => void;
}

/** Two calls to the file system: a renewed certificate is served a moment after it was put there. */
const lookMs = 2_000;

/** Files are replaced one after the other: a pair that does not fit gets so many looks before somebody is told. */
const patience = 2;

const judgeEveryMs = 3_600_000;

/**
 * Key and certificate of a server, as the plant says: the operator's files, looked at while they are served, or an own one, renewed in time. What does
 * not fit is never served: what was served before goes on, else the own one is.
 */
export class TlsKeeper implements AsyncDisposable {
  readonly #deps: TlsKeeperDependencies;
  #settings: TlsSettings = { enabled: false, certFile: null, keyFile: null };
  #served: ServedTls | undefined;
  #seenFiles = '';
  #misfits = 0;
  #judgedAtMs = 0;
  #timer: Timer | undefined;
  #work: Promise<void> = Promise.resolve();
  #isOver = false;

  constructor(dependencies: TlsKeeperDependencies) {
    this.#deps = dependencies;
  }

  get served(): ServedTls | undefined {
    return this.#served;
  }

  /** Resolves when new connections are served by these settings. Never rejects. */
  apply(settings: TlsSettings): Promise<void> {
    return this.#inTurn(async () => {
      this.#settings = settings;
      this.#seenFiles = '';
      this.#misfits = patience; // what somebody has just published is told at once
      if (settings.enabled) await this.#load();
      else this.#switchOff();
      this.#lookAgain();
    });
  }

  /** Makes another own certificate for the same key. Rejects with what the file system said. */
  async renewOwn(): Promise<void> {
    let failure: unknown;
    await this.#inTurn(async () => {
      await this.#serveOwn(true).catch((error: unknown) => (failure = error));
    });
    if (failure !== undefined) throw failure as Error;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isOver = true;
    this.#timer?.[Symbol.dispose]();
    await this.#work;
  }

  #inTurn(act: () => Promise<void>): Promise<void> {
    this.#work = this.#work.then(act).catch((error: unknown) => {
      this.#deps.logger.error(`TLS: ${messageOf(error)}`, { error });
    });
    return this.#work;
  }

  #lookAgain(): void {
    this.#timer?.[Symbol.dispose]();
    if (this.#isOver || !this.#settings.enabled) return;
    const inMs = this.#hasFiles() ? lookMs : judgeEveryMs;
    this.#timer = this.#deps.clock.setTimer(() => void this.#inTurn(() => this.#look()), inMs);
    this.#timer.unref();
  }

  async #look(): Promise<void> {
    try {
      if (this.#hasFiles() && signatureOf(this.#settings) !== this.#seenFiles) await this.#load();
      else if (this.#isJudgementDue()) await this.#judgeOwn();
    } finally {
      this.#lookAgain();
    }
  }

  #hasFiles(): boolean {
    return this.#settings.certFile !== null || this.#settings.keyFile !== null;
  }

  async #load(): Promise<void> {
    if (!this.#hasFiles()) {
      this.#deps.onTrouble(undefined);
      return await this.#serveOwn(false);
    }
    const signature = signatureOf(this.#settings);
    const { findings, pair } = checkTlsFiles(this.#settings, this.#deps.clock.wallMs());
    const fault = findings.find(({ severity }) => severity === 'error')?.message;
    const refused = pair ? this.#serve(pair, pair.leaf, 'files') : fault;
    if (refused === undefined) {
      this.#seenFiles = signature;
      this.#misfits = 0;
      return this.#deps.onTrouble(undefined);
    }
    this.#misfits += 1;
    if (this.#misfits < patience) return;
    this.#seenFiles = signature;
    this.#deps.onTrouble(
      `${refused}; ${this.#served ? 'the certificate that was served before goes on' : 'the gateway serves a certificate of its own'}`,
    );
    if (!this.#served) await this.#serveOwn(false);
  }

  #isJudgementDue(): boolean {
    return this.#served?.source === 'own' && this.#deps.clock.monotonicMs() - this.#judgedAtMs >= judgeEveryMs;
  }

  /** Names are looked at when it is loaded: addresses come and go, and who pinned a certificate does not want another. */
  async #judgeOwn(): Promise<void> {
    this.#judgedAtMs = this.#deps.clock.monotonicMs();
    if (judgeCertificate(this.#served!.leaf, this.#deps.needs()).isDue) await this.#serveOwn(true);
  }

  async #serveOwn(renew: boolean): Promise<void> {
    const { folder, needs, clock, tell } = this.#deps;
    const { pair, leaf, madeAs } = await ensureOwnTlsCertificate(folder, needs(), renew);
    this.#judgedAtMs = clock.monotonicMs();
    if (madeAs !== undefined) tell(newCertificateText(leaf, madeAs));
    if (this.#settings.enabled && (!this.#hasFiles() || !this.#served || this.#served.source === 'own'))
      this.#serve(pair, leaf, 'own');
  }

  /** Why it cannot be served; undefined: it is. */
  #serve({ certificate, key }: KeyPair, leaf: X509Certificate, source: ServedTls['source']): string | undefined {
    try {
      const context = createSecureContext({ cert: certificate, key, minVersion: 'TLSv1.2' });
      this.#served = { context, leaf, source };
    } catch (error) {
      return `the certificate cannot be served: ${messageOf(error)}`;
    }
    this.#deps.logger.info(`TLS: new connections get the certificate ${keyFingerprint(leaf.publicKey)}`);
    this.#deps.onServed(this.#served);
    return undefined;
  }

  #switchOff(): void {
    this.#deps.onTrouble(undefined);
    if (!this.#served) return;
    this.#served = undefined;
    this.#deps.onServed(undefined);
  }
}

function newCertificateText(leaf: X509Certificate, why: string): string {
  return (
    `the console and the Admin API have a new own certificate, valid until ${day(Date.parse(leaf.validTo))}, as ${why}; ` +
    `the fingerprint of its key is ${keyFingerprint(leaf.publicKey)}`
  );
}

/** Changes when either file is replaced or written. */
function signatureOf({ certFile, keyFile }: TlsSettings): string {
  return [certFile, keyFile].map((file) => (file === null ? '-' : stateOf(file))).join(' ');
}

function stateOf(file: string): string {
  try {
    const { ino, mtimeMs, ctimeMs, size } = statSync(file);
    return `${ino}/${mtimeMs}/${ctimeMs}/${size}`;
  } catch {
    return 'none';
  }
}
