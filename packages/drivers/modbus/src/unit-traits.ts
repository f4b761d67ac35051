/** What a unit has been found not to support. Learnt once, from exception 1, and kept for the life of the session. */
export interface UnitTraits {
  /** FC22. */
  maskWrite: boolean;
  /** FC5; else FC15 with one coil. */
  singleCoil: boolean;
  /** FC6; else FC16 with one register. */
  singleRegister: boolean;
}

export function presumedTraits(): UnitTraits {
  return { maskWrite: true, singleCoil: true, singleRegister: true };
}
