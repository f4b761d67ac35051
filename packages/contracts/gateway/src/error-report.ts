/** An error as people are told of it: in health answers, driver and service rows. */
export interface ErrorReport {
  /** Stable: `MODBUS_TIMEOUT`. */
  readonly code: string;
  /** Kind of the GatewayError: which reaction it asks for. */
  readonly kind: string;
  readonly message: string;
  /** ISO-8601, UTC. */
  readonly at: string;
}
