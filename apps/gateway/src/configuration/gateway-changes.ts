import type { GatewayChange } from '@fieldwarden/config';
import { toGatewayError } from '@fieldwarden/core';
import type { ApplyFailure } from '@fieldwarden/gateway-contract';
import type { Logging } from '@fieldwarden/observe';
import type { ServedOpcua } from '../served-opcua.js';

/** Carries out what a plan says about the gateway itself, while it runs. */
export class GatewayChanges {
  readonly #logging: Pick<Logging, 'configure'>;
  readonly #opcua: Pick<ServedOpcua, 'serve'>;

  constructor(parts: { readonly logging: Pick<Logging, 'configure'>; readonly opcua: Pick<ServedOpcua, 'serve'> }) {
    this.#logging = parts.logging;
    this.#opcua = parts.opcua;
  }

  /** Never rejects. */
  async apply({ logging, opcua }: GatewayChange): Promise<readonly ApplyFailure[]> {
    if (logging) this.#logging.configure(logging);
    if (!opcua) return [];
    try {
      await this.#opcua.serve(opcua);
      return [];
    } catch (error) {
      return [{ driverId: null, message: `the OPC UA server did not start: ${toGatewayError(error).message}` }];
    }
  }
}
