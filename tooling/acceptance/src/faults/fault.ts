import type { DriverDetail } from '@fieldwarden/admin-contract';
import type { DriverState } from '@fieldwarden/gateway-contract';
import type { GatewayProcess } from '../processes/gateway-process.js';

/** One thing that goes wrong, and what SPEC §4 says must come of it. */
export interface InjectedFault {
  readonly name: string;
  /** The driver that it befalls; see `fault-plant.ts`. */
  readonly driver: string;
  /** Makes it go wrong. Where nothing dies, it returns once the fault has shown its effect. */
  readonly strike: (scene: Scene) => Promise<unknown>;
  readonly outcome: FaultOutcome;
  /** Nobody scans while the gateway itself is stopped. */
  readonly stopsGateway?: true;
  /** Throws when something stayed behind that should not. */
  readonly verify?: (scene: Scene) => Promise<void>;
}

export interface FaultOutcome {
  /** Where the driver ends up by itself. */
  readonly state: DriverState;
  /** Why the process that the fault befell ended; null: it lives on. */
  readonly cause: string | null;
  readonly crashLoop?: Exclude<DriverDetail['crashLoop'], 'closed'>;
}

/** What a fault may lay hands on. */
export interface Scene {
  readonly gateway: GatewayProcess;
  /** Of the plant document. */
  readonly folder: string;
  /** The driver as it was before. */
  readonly before: DriverDetail;
  /** Of its Host; throws when it has none. */
  readonly pid: number;
  /** Gives a command to the chaos driver; throws when it was not obeyed. */
  readonly command: (text: string) => Promise<void>;
  /** Waits until one of the driver's tags has the status, by name. */
  readonly valueTurns: (status: string) => Promise<void>;
}
