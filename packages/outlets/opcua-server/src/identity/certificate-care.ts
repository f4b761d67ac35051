import type { Clock, Timer } from '@fieldwarden/core';
import type { ServiceAlarms } from '@fieldwarden/service';
import { day, dayMs, type CertificateVerdict } from '@fieldwarden/certificates';

export interface CertificateCareDependencies {
  readonly clock: Clock;
  readonly alarms: ServiceAlarms;
  readonly serviceId: string;
  /** Where an operator puts another certificate. */
  readonly certificateFile: string;
  /** Of the certificate in use, as of now. */
  readonly judge: () => CertificateVerdict;
  /** Called for one of our own that no longer serves: starts the server with a new one, and ends this. */
  readonly renew: () => void;
}

const conditionId = 'opcua-certificate';

/** OPC 10000-9, 5.3: 1 to 1,000. More urgent 7 days and 1 day before the end. */
function severityOf({ hasEnded, endsAtMs }: CertificateVerdict, nowMs: number): number {
  const leftMs = hasEnded ? 0 : endsAtMs - nowMs;
  if (leftMs <= dayMs) return 800;
  return leftMs <= 7 * dayMs ? 700 : 500;
}

/**
 * Looks at the own certificate at the start and once a day: one that the gateway made is made anew in time, with one of the operator's
 * only the operator can help.
 */
export class CertificateCare implements Disposable {
  readonly #deps: CertificateCareDependencies;
  #timer: Timer | undefined;

  constructor(dependencies: CertificateCareDependencies) {
    this.#deps = dependencies;
    this.#look();
  }

  /** Names are looked at by a start: what asks for others starts the server anew. */
  #look(): void {
    const { clock, judge, renew } = this.#deps;
    const verdict = judge();
    this.#tell(verdict);
    if (verdict.isOurs && verdict.isDue) return renew();
    this.#timer = clock.setTimer(() => this.#look(), dayMs);
    this.#timer.unref();
  }

  #tell(verdict: CertificateVerdict): void {
    const { alarms, clock, serviceId, certificateFile } = this.#deps;
    if (verdict.isOurs || verdict.flaws.length === 0) return alarms.clear(conditionId);
    const message =
      `the OPC UA server's own certificate, which the gateway did not make, ${verdict.flaws.join(', and ')}. Put another one for the ` +
      `same key at ${certificateFile}, then: fieldwarden services restart ${serviceId}. Or remove the file: the gateway then makes one, ` +
      'and clients have to trust it';
    alarms.raise({ conditionId, severity: severityOf(verdict, clock.wallMs()), message });
  }

  [Symbol.dispose](): void {
    this.#timer?.[Symbol.dispose]();
  }
}

/** For those whose clients trusted the one before. */
export function replacedText(
  { flaws, archivedAs }: { readonly flaws: readonly string[]; readonly archivedAs: string },
  endsAtMs: number,
): string {
  return (
    `the OPC UA server has a new own certificate, valid until ${day(endsAtMs)}, as the one before ${flaws.join(', and ')}. Its key is the ` +
    'same: clients that trust the key go on; those that trusted the certificate itself, as most do, have to trust the new one. ' +
    `The one before is kept as ${archivedAs}`
  );
}

/** Clients have to trust a new one, so that addresses which come and go do not make one. */
export function unnamedText(addresses: readonly string[]): string {
  return (
    `the OPC UA server's own certificate does not name ${addresses.join(', ')}: clients that come by such an address may complain of its ` +
    `host name. Write opcua: { hostNames: [${addresses.join(', ')}] } to have one made that does; clients then have to trust that`
  );
}
