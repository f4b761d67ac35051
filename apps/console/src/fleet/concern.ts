import type { CertificateRow } from '@fieldwarden/admin-contract';
import type { DriverAction } from '@fieldwarden/gateway-contract';
import type { Tone } from './state-words.js';

/** Something that is not as it should be, with everything an operator asks next. */
export interface Concern {
  readonly key: string;
  readonly tone: Extract<Tone, 'fault' | 'warning' | 'busy' | 'idle'>;
  /** Null, like `serviceId`: the gateway itself. */
  readonly driverId: string | null;
  readonly device: string | null;
  readonly serviceId: string | null;
  readonly what: string;
  readonly why: string;
  /** ms since 1970 UTC; null if it is not known. */
  readonly sinceMs: number | null;
  readonly next: string;
  /** When that happens, ms since 1970 UTC; null if it has no time. */
  readonly nextAtMs: number | null;
  /** The button for it, `test` = ask the devices now; null if there is nothing to press. */
  readonly action: DriverAction | 'test' | 'restart-service' | 'trust-certificate' | null;
  /** A page that helps. */
  readonly link: string | null;
  /** What `trust-certificate` is about. */
  readonly certificate?: CertificateRow;
}
