import type { Clock, Timer } from '@fieldwarden/core';
import type { BookedCertificate } from '../book/certificate-book.js';
import { day, dayMs } from '../facts/judge-certificate.js';

/** How near the end of a certificate is: 30, 7 or 1 days, or past. */
export const expiryStages = ['certificate-ends', 'certificate-ends-soon', 'certificate-ends-now'] as const;

export type ExpiryStage = (typeof expiryStages)[number];

export interface ExpiryWatchDependencies {
  readonly clock: Clock;
  /** What the book has now. */
  readonly certificates: () => Promise<readonly BookedCertificate[]>;
  /** One alarm a stage, which names its certificates; undefined: none is in it. */
  readonly tell: (stage: ExpiryStage, message: string | undefined) => void;
}

/** Also what was trusted a moment ago is looked at on the same day. */
const lookMs = 3_600_000;

/** Tells of certificates that end while there is time to renew them: nobody looks into folders. */
export class ExpiryWatch implements Disposable {
  readonly #deps: ExpiryWatchDependencies;
  #timer: Timer | undefined;
  #isOver = false;

  constructor(dependencies: ExpiryWatchDependencies) {
    this.#deps = dependencies;
  }

  /** At the start, after a change, and once an hour by itself. Never rejects. */
  async look(): Promise<void> {
    const { clock, certificates, tell } = this.#deps;
    this.#timer?.[Symbol.dispose]();
    const rows = await certificates().catch(() => undefined);
    if (this.#isOver) return;
    for (const stage of rows ? expiryStages : []) {
      const ending = rows!.filter((row) => stageOf(row, clock.wallMs()) === stage);
      tell(stage, ending.length === 0 ? undefined : ending.map((row) => ends(row, clock.wallMs())).join('; '));
    }
    this.#timer?.[Symbol.dispose]();
    this.#timer = clock.setTimer(() => void this.look(), lookMs);
    this.#timer.unref();
  }

  [Symbol.dispose](): void {
    this.#isOver = true;
    this.#timer?.[Symbol.dispose]();
  }
}

/** Nobody waits for one that was rejected; the OPC UA server looks after its own. */
export function stageOf({ store, use, notAfter }: BookedCertificate, nowMs: number): ExpiryStage | undefined {
  if (store === 'rejected' || (store === 'own' && use === 'opcua')) return undefined;
  const leftMs = Date.parse(notAfter) - nowMs;
  if (leftMs <= dayMs) return 'certificate-ends-now';
  if (leftMs <= 7 * dayMs) return 'certificate-ends-soon';
  return leftMs <= 30 * dayMs ? 'certificate-ends' : undefined;
}

function ends({ store, use, subject, thumbprint, notAfter }: BookedCertificate, nowMs: number): string {
  const endsAtMs = Date.parse(notAfter);
  const whose =
    store === 'own' ? 'the certificate of the console and the Admin API' : `the ${kinds[store]} certificate`;
  const when = endsAtMs <= nowMs ? 'ended' : 'ends';
  return `${whose} of ${subject} (${use === 'tls' ? 'TLS, ' : ''}${thumbprint.slice(0, 8)}) ${when} on ${day(endsAtMs)}`;
}

const kinds = { trusted: 'trusted', rejected: 'rejected', issuers: 'issuer' } as const;
