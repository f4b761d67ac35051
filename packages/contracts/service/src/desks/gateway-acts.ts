import type { DriverAction, DriverState, Origin } from '@fieldwarden/gateway-contract';

/**
 * What an operator or engineer does to the gateway itself, for services by which people come in (SPEC §10.1: methods). Each act is
 * checked by the principal of `origin`, stands in the audit, and resolves when it is done. Rejects with kind `forbidden` naming the
 * missing permission, `DRIVER_UNKNOWN` (kind `config`), and as the same act by REST does.
 */
export interface GatewayActs {
  /** The drivers that there are, in the order of the plant. */
  drivers(): Promise<readonly ActedDriver[]>;
  driver(request: DriverActRequest, origin: Origin): Promise<ActedDriver>;
  /** Publishes the draft. */
  publish(request: { readonly comment: string }, origin: Origin): Promise<ActedGeneration>;
  /** Undefined: the generation before the running one. */
  rollback(
    request: { readonly toGeneration: number | undefined; readonly comment: string },
    origin: Origin,
  ): Promise<ActedGeneration>;
}

export interface DriverActRequest {
  readonly driverId: string;
  readonly action: DriverAction;
}

export interface ActedDriver {
  readonly driverId: string;
  readonly type: string;
  readonly state: DriverState;
}

export interface ActedGeneration {
  readonly generation: number;
}
