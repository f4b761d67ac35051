import type { DriverDefinition, DriverSession } from '@fieldwarden/driver';
import type { ContractDevice } from '../fixture.js';

/** What a case works on: a fresh device and an open session with it. */
export interface CaseSetting {
  readonly definition: DriverDefinition;
  readonly device: ContractDevice;
  readonly session: DriverSession;
}

/** One sentence of the contract. */
export interface ContractCase {
  /** Reads on after "<driver>": "refuses option fields it does not know". */
  readonly sentence: string;
  /** Knobs of the device without which the case says nothing. */
  readonly needs?: readonly (keyof ContractDevice)[];
  /** Capabilities of the session that the case calls. */
  readonly uses?: readonly (keyof DriverSession)[];
  /** Runs before the session is opened. */
  before?(device: ContractDevice): Promise<void> | void;
  run(setting: CaseSetting): Promise<unknown> | void;
}

export function appliesTo(contractCase: ContractCase, device: ContractDevice, session: DriverSession): boolean {
  const { needs = [], uses = [] } = contractCase;
  return (
    needs.every((knob) => offers(Reflect.get(device, knob))) &&
    uses.every((name) => typeof session[name] === 'function')
  );
}

function offers(knob: unknown): boolean {
  return knob !== undefined && !(Array.isArray(knob) && knob.length === 0);
}
