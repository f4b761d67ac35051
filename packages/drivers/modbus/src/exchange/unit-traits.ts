import type { ModbusDeviceOptions } from '../device-options.js';

/** What a unit has been found not to support. Learnt once, from exception 1, and kept for the life of the session. */
export interface UnitTraits {
  /** FC22. */
  maskWrite: boolean;
  /** FC5; else FC15 with one coil. */
  singleCoil: boolean;
  /** FC6; else FC16 with one register. */
  singleRegister: boolean;
}

export function presumedTraits({ maskWrite }: ModbusDeviceOptions): UnitTraits {
  return { maskWrite: maskWrite === 'auto', singleCoil: true, singleRegister: true };
}
