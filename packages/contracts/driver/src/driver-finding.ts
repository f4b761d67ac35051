/** What the rules of a driver type may ask of a device as it is written. */
export interface CheckedDevice<DeviceOptions = unknown> {
  /** Undefined where the options have errors of their own. */
  readonly options: DeviceOptions | undefined;
  readonly tags: readonly CheckedTag[];
}

export interface CheckedTag {
  readonly access: 'read-only' | 'read-write';
  readonly verify: boolean;
}

/** A finding about the options of one driver, its devices or tags. */
export interface DriverFinding {
  /** From the driver down: `['options', 'tolerateLength']`, `['devices', 0, 'tags', 3, 'access']`. */
  readonly path: readonly (string | number)[];
  /** Stable name of the rule: `modbus-broadcast`. */
  readonly rule: string;
  readonly message: string;
  /** Errors refuse the document. Warnings are shown where it is validated, and as notes of the running driver. */
  readonly severity: 'error' | 'warning';
}

/** Where rules are asked. */
export interface CheckPlace {
  /** Whether files that options name may be looked at. False: whoever asks is told nothing of this machine, or can't wait for a disk. */
  readonly looksAtFiles: boolean;
}
