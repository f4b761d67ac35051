import type { Clock, DataType, Logger, StatusCode } from '@fieldwarden/core';
import type { ZodType } from 'zod';
import type { CheckedDevice, CheckPlace, DriverFinding } from './driver-finding.js';
import type { DriverSession } from './session.js';
import type { DriverStorage } from './storage.js';

/** A: pure protocol client, in-process · B: wrapped or stateful stack, in-process · C: anything that may crash, block or leak: its own process. */
export const tiers = ['A', 'B', 'C'] as const;

export type Tier = (typeof tiers)[number];

/**
 * All that a driver is (SPEC §3.1). One folder or one file, with the definition as its default export:
 *
 * ```ts
 * export default defineDriver({
 *   type: 'acme', version: '1.0.0', tier: 'B', entry: import.meta.url,
 *   options: z.object({ host: z.string() }), deviceOptions: z.object({}),
 *   address: (text) => parseAcmeAddress(text),
 *   create: (context) => new AcmeSession(context),
 * });
 * ```
 */
export interface DriverDefinition<Options = unknown, DeviceOptions = unknown, Address = unknown> {
  /** Name in the plant document: `modbus`. */
  readonly type: string;
  readonly version: string;
  readonly tier: Tier;
  /** `import.meta.url` of the module whose default export is this definition: what a Host loads. */
  readonly entry: string;
  /**
   * Two sessions with the same options may be connected at a time, so that a successor can be ready before its predecessor
   * closes. Only then may a plant say `supervision.overlap: true`. Default: no, since many devices take one connection only.
   */
  readonly mayOverlap?: boolean;
  /**
   * Sessions have `setDevices`: devices may come, go and get other options without a new session. Default: no; a change of devices
   * then restarts the driver. Changes of tags never do.
   */
  readonly liveDevices?: boolean;
  /** Options of the instance. Every field has a description, unit, range and default; unknown fields are refused by the loader. */
  readonly options: ZodType<Options>;
  /** Options of each device behind it. */
  readonly deviceOptions: ZodType<DeviceOptions>;
  /**
   * Options of each tag, for protocols whose points are more than an address. Outputs are plain data, and reach the session as `options` of
   * a point. Default: none; a tag that has some is then refused.
   */
  readonly tagOptions?: ZodType;
  /**
   * Rules beyond the schemas: options that do not go together, or deserve a second look. Over options that fit their schemas. Pure but
   * for files that options name; runs where documents are validated, and to show the notes of a running driver.
   */
  check?(
    options: Options,
    devices: readonly CheckedDevice<DeviceOptions>[],
    place: CheckPlace,
  ): readonly DriverFinding[];
  /** Text → address. Pure. Throws a GatewayError of kind `config` that names what is wrong with the text. */
  address(text: string, context: AddressContext<DeviceOptions>): Address;
  /**
   * What to try when a point of a device that answers is Bad, for the engineer who wrote its address: a neighbour, another notation, a
   * setting of the device. Pure. Undefined if there is nothing better to say than the status.
   */
  hint?(point: BadPoint<DeviceOptions>): string | undefined;
  /** No I/O. What can fail here is only a bug. */
  create(context: DriverContext<Options, DeviceOptions>): DriverSession;
}

/**
 * What a Host needs of a definition. Without schemas it takes options that the gateway has checked, with every default filled in: a Host
 * that loads none is ready sooner and smaller.
 */
export type HostedDriver<Options = unknown, DeviceOptions = unknown> = Pick<
  DriverDefinition<Options, DeviceOptions>,
  'type' | 'create'
> &
  Partial<Pick<DriverDefinition<Options, DeviceOptions>, 'options' | 'deviceOptions'>>;

/** A point that has no good value although its device answers. */
export interface BadPoint<DeviceOptions = unknown> {
  /** As the engineer wrote it; `address` has accepted it. */
  readonly address: string;
  readonly type: DataType;
  readonly deviceOptions: DeviceOptions;
  readonly status: StatusCode;
}

export interface AddressContext<DeviceOptions = unknown> {
  readonly type: DataType;
  readonly deviceOptions: DeviceOptions;
  /**
   * What the tag wants of the point. An address that its protocol can never write is refused when it says `read-write`, so that the plant
   * does not promise what no device will do. Absent: to be read.
   */
  readonly access?: 'read-only' | 'read-write' | undefined;
  /** Output of the type's `tagOptions`. Absent where it has none, where they are wrong, or where nobody knows the tag yet. */
  readonly tagOptions?: unknown;
}

/** What a session is made from. Everything that touches time, chance or the log comes from here. */
export interface DriverContext<Options = unknown, DeviceOptions = unknown> {
  readonly driverId: string;
  readonly options: Options;
  readonly devices: readonly DeviceContext<DeviceOptions>[];
  readonly clock: Clock;
  /** Already bound to driverId and driverType. */
  readonly logger: Logger;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  /** What the driver remembers over restarts of itself, of its process and of the gateway. The same table in-process and in a Host. */
  readonly storage: DriverStorage;
  readonly certificates: DriverCertificates;
}

/** Where a driver keeps the certificates and keys of its protocol. */
export interface DriverCertificates {
  /**
   * Absolute path of a folder of the driver's own (`<home>/pki/drivers/<id>`). It exists (unless the disk did not let it), mode 0700, and
   * outlives the driver's restarts; what lies in it is the driver's business. During an overlapping recycle two sessions have it at a time.
   */
  readonly folder: string;
  /**
   * Absolute path of the stores that the whole gateway shares (`<home>/pki`, laid out as OPC 10000-12, F has it): `trusted/certs`, `issuers/certs`
   * and `rejected`, which an operator lists and moves with `fieldwarden certs`. A driver that refuses a peer puts its certificate into `rejected`, and
   * reads the others anew at its next attempt.
   */
  readonly stores: string;
}

export interface DeviceContext<DeviceOptions = unknown> {
  readonly id: string;
  readonly options: DeviceOptions;
}

/** Gives the definition its types; the checks are made at registration. */
export function defineDriver<Options, DeviceOptions, Address>(
  definition: DriverDefinition<Options, DeviceOptions, Address>,
): DriverDefinition<Options, DeviceOptions, Address> {
  return definition;
}
