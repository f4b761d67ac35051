import type { Service } from '@fieldwarden/admin-contract';
import type { WriteOrigin } from '@fieldwarden/gateway-contract';

/** What is not a driver (SPEC §16). */
export interface ServiceControl {
  /** In the order of the plant document. */
  list(): readonly Service[];
  get(id: string): Service | undefined;
  /** Resolves when the service works again, or it is clear that it does not yet. Rejects with code `SERVICE_UNKNOWN`. */
  restart(id: string): Promise<Service>;
  /** Passed on to the service, answered as JSON. Rejects with code `SERVICE_UNKNOWN`, kind `unsupported` for a name that it does not know. */
  request(id: string, name: string, body: unknown, origin: WriteOrigin): Promise<unknown>;
}
