/** Section `tls` of the plant document, with its defaults. */
export interface TlsSettings {
  readonly enabled: boolean;
  /** The operator's own, in PEM; null: the gateway makes its certificate. Both or none. */
  readonly certFile: string | null;
  readonly keyFile: string | null;
}
