import type { TlsSettings } from './naming/tls-files.js';
import type { VersionSetting } from './rules/version-choice.js';

export interface LinkSettings {
  /** As `parseBrokerUrl` takes it. */
  readonly url: string;
  readonly version: VersionSetting;
  readonly clientId: string;
  readonly username: string | undefined;
  readonly password: string | undefined;
  readonly tls: TlsSettings;
  /** False: the broker keeps what is published to this id while it is away, for `sessionExpirySeconds`. */
  readonly cleanStart: boolean;
  readonly sessionExpirySeconds: number;
  /** A stall of the event loop of this length costs no connection. */
  readonly keepaliveSeconds: number;
  /** From the first byte to the CONNACK. */
  readonly connectTimeoutMs: number;
  /** A broker that acknowledges nothing for so long, and takes no bytes, is left. */
  readonly acknowledgeTimeoutMs: number;
}

export const linkDefaults = {
  version: 'auto',
  username: undefined,
  password: undefined,
  tls: { caFile: null, certFile: null, keyFile: null, alpn: null },
  cleanStart: true,
  sessionExpirySeconds: 0,
  keepaliveSeconds: 30,
  connectTimeoutMs: 8_000,
  acknowledgeTimeoutMs: 60_000,
} as const satisfies Omit<LinkSettings, 'url' | 'clientId'>;
