import type { TagValue } from '@fieldwarden/core';
import type { DriverDefinition, DriverSession, MethodCall, Point } from '@fieldwarden/driver';

/** What a driver author provides to have a driver put through the contract suite. */
export interface DriverContractFixture {
  readonly definition: DriverDefinition;
  /** Starts a fresh simulated device behind a real socket. Called once per case. */
  start(): Promise<ContractDevice>;
}

/**
 * A running simulated device, what it holds, and the knobs it has. A case that needs a knob which is not offered is left out.
 * Set reconnect delays in `options` short: the recoveries are waited for.
 */
export interface ContractDevice extends AsyncDisposable {
  /** Of the driver, as written in a plant document. */
  readonly options: unknown;
  /** Devices behind it, with their options as written in a plant document. */
  readonly devices: readonly ContractDeviceEntry[];
  /** The one of `devices` that the cases talk to. */
  readonly deviceId: string;
  /** Points that read Good; with `expected`, the value that the device is known to hold. At least one with `expected`. */
  readonly readable: readonly ReadablePoint[];
  /** Points that can be written and read back, with a value that they don't hold at the start. */
  readonly writable?: readonly WritablePoint[];
  /** A write that the device (or the driver on its behalf) refuses. */
  readonly rejected?: WritablePoint;
  /** An address that parses but that the device doesn't have. */
  readonly missing?: Point;
  /** An address that makes no sense to the driver. */
  readonly unparsable?: Point;
  /** A point with at least two Good numbers recorded by now, and the range that holds them: the end is not in the future. */
  recorded?(): RecordedPoint;
  /** A range in which the device remembers at least two events. */
  recordedEvents?(): Promise<RecordedRange> | RecordedRange;
  /** Something happens that the device reports as an alarm, unless one is active already. */
  raiseAlarm?(): Promise<void> | void;
  /** A method that the device has, and what it answers when known. */
  readonly method?: { readonly call: MethodCall; readonly outputs?: readonly TagValue[] };
  /** The address of a node that the device does not have: `discover` finds nothing to look under. */
  readonly missingNode?: string;
  /** For types that say `liveDevices`: one more device, not among `devices`, that has the same readable points as `deviceId`. */
  readonly spareDevice?: ContractDeviceEntry;
  /** For types that say `liveDevices`: other options of `deviceId` under which its points read the same. */
  readonly otherOptions?: unknown;
  /** For types that say `liveDevices`: devices that a session can never have. */
  readonly refusedDevices?: readonly ContractDeviceEntry[];
  /** How long the driver may take to recover once the device has, to deliver a first value, and to close; default 10,000. */
  readonly patienceMs?: number;
  /** The device keeps its connections and answers nothing … */
  silence?(): Promise<void> | void;
  /** … and answers again. */
  unsilence?(): Promise<void> | void;
  /** From now on the device does not answer requests that touch the first readable point; everything else as before. */
  ignoreFirst?(): Promise<void> | void;
  /** The device's server is gone: connections closed, new ones refused … */
  vanish?(): Promise<void> | void;
  /** … and back on the same port, with the same values. */
  comeBack?(): Promise<void> | void;
  /** How many items have been written to the device so far, counted at the device. */
  writesSeen?(): number;
  /** How many connections the device has accepted so far. */
  connectionsSeen?(): number;
}

/** ms since 1970 UTC; the end is excluded. */
export interface RecordedRange {
  readonly fromMs: number;
  readonly toMs: number;
}

export interface RecordedPoint extends RecordedRange {
  readonly point: Point;
}

export interface ContractDeviceEntry {
  readonly id: string;
  readonly options: unknown;
}

export interface ReadablePoint {
  readonly point: Point;
  readonly expected?: TagValue;
}

export interface WritablePoint {
  readonly point: Point;
  readonly value: TagValue;
}

/** Brings a driver to life for one case: in this process, or behind a Host. */
export type OpenSession = (definition: DriverDefinition, device: ContractDevice) => Promise<OpenedSession>;

/** Disposing it closes the session, whether or not the case has closed it already, and whatever carries it. */
export interface OpenedSession extends AsyncDisposable {
  readonly session: DriverSession;
}
