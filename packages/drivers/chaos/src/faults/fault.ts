import type { Clock, Logger } from '@fieldwarden/core';
import type { CallGate } from '../call-gate.js';
import type { MemoryHoard } from './memory-hoard.js';
import type { ChaosOptions } from '../options.js';

/** What a fault works with. */
export interface FaultSetting {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly options: ChaosOptions;
  readonly gate: CallGate;
  readonly hoard: MemoryHoard;
  /** Like the hoard, but given back when the runtime asks for optional memory. */
  readonly cache: MemoryHoard;
  /** Pushes to every subscriber once; undefined when the session is polled. */
  readonly push: (() => void) | undefined;
}

export interface Fault {
  /** What it breaks besides this driver: nothing, or the process that it runs in. */
  readonly breaks: 'driver' | 'process';
  /** Ends or stops the process, so that it has to wait until the command was answered. */
  readonly isFatal: boolean;
  /** Throws kind `rejected` if it cannot be. Disposing what it returns undoes it; a fault that can't be undone returns nothing. */
  begin(setting: FaultSetting, amount: number): Disposable | undefined;
}

/** A fault from which there is no way back. */
export function fatal(deed: (amount: number) => void): Fault {
  return {
    breaks: 'process',
    isFatal: true,
    begin: (_setting, amount) => {
      deed(amount);
      return undefined;
    },
  };
}

export function undoable(breaks: Fault['breaks'], begin: (setting: FaultSetting, amount: number) => () => void): Fault {
  return {
    breaks,
    isFatal: false,
    begin: (setting, amount) => {
      const undo = begin(setting, amount);
      return { [Symbol.dispose]: undo };
    },
  };
}
