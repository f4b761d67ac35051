/** Who asked for something that acts on a device, for the log and the audit. */
export interface WriteRequestOrigin {
  /** `admin-socket`, or `admin-api/<name of the token>`. */
  readonly via: string;
  readonly correlationId: string;
}
