import type { DriverDefinition } from '@fieldwarden/driver';
import type { MemoryDevice } from '../memory/memory-device.js';
import type { MakeSession } from '../memory/memory-driver.js';

/** A driver that breaks the contract in one way. */
export interface Flaw {
  readonly what: string;
  /** The sentences of the contract that the flaw breaks. */
  readonly breaks: readonly string[];
  readonly make?: MakeSession;
  readonly definition?: Partial<DriverDefinition>;
  readonly device?: (device: MemoryDevice) => void;
}
