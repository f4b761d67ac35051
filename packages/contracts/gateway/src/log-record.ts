/** One line of the gateway's log (INTERFACES §11). Beside these, whatever fields the caller gave. */
export interface LogRecord {
  /** ISO-8601, UTC. */
  readonly timestamp: string;
  readonly level: string;
  readonly message: string;
  readonly driverId?: string;
  readonly serviceId?: string;
  readonly [field: string]: unknown;
}
