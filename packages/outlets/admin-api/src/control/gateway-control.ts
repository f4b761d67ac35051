import type {
  About,
  BrowsedPage,
  DevicePlan,
  DeviceTest,
  Driver,
  DriverCurves,
  DriverDetail,
  HostRow,
  PostMortem,
  PostMortemSummary,
  Status,
  TagDetail,
  TagFolders,
  TagHistory,
  TagPage,
  TagReading,
  TagRow,
  TagValueShape,
  TagWriteOutcome,
} from '@fieldwarden/admin-contract';
import type { DriverAction, EventGap, GatewayEvent, LogRecord, Origin } from '@fieldwarden/gateway-contract';
import type { AlarmControl } from './alarm-control.js';
import type { AuditControl } from './audit-control.js';
import type { CertificateControl } from './certificate-control.js';
import type { ConfigControl } from './config-control.js';
import type { DeviceControl } from './device-control.js';
import type { HistoryControl } from './history-control.js';
import type { ServiceControl } from './service-control.js';
import type { UpkeepControl } from './upkeep-control.js';

/** Most nodes of one page of a browse. */
export const maxBrowsedNodes = 1_000;

/** What a browse of a device asks for. */
export interface BrowseQuery {
  /** Address of the node to look under; undefined = the top. */
  readonly node: string | undefined;
  /** Undefined: the children. Else what is found at any depth below. */
  readonly search: string | undefined;
  /** `nextCursor` of the page before. */
  readonly cursor: string | undefined;
  /** 1 to `maxBrowsedNodes`. */
  readonly limit: number;
}

/** The latest values of a set of tags, taken when the client has room for them: what waits is bounded by the number of tags. */
export interface TagFeed extends Disposable {
  /**
   * Replaces what is followed; every tag newly followed counts as changed. Paths that do not exist yet are followed from the moment
   * they do. Returns how many exist.
   */
  follow(paths: readonly string[]): number;
  readonly pending: boolean;
  /**
   * The latest values of tags that changed since they were last taken: each a TagValueShape as JSON, with commas between; at least one if
   * any is pending, and then up to `maxChars`.
   */
  take(maxChars: number): string;
  /** Tags that were read again since the client last heard of them, and have the value that it knows. */
  takeReadings(): readonly TagReading[];
}

export interface TagQuery {
  /** Only paths that begin so; undefined = all. */
  readonly prefix?: string;
  readonly limit: number;
  /** `nextCursor` of the page before; undefined = the first page. */
  readonly cursor?: string;
  /** Only those that are Bad now; of the tags in which the gateway tells about itself none, unless the prefix asks for them. */
  readonly onlyBad?: boolean;
  /** Only those of this driver. */
  readonly driverId?: string;
}

/**
 * What the Admin API needs of the gateway. Everything that returns no promise answers from memory, at once.
 * Rejections are GatewayErrors; their kind becomes the HTTP status.
 */
export interface GatewayControl {
  readonly config: ConfigControl;

  readonly alarms: AlarmControl;

  readonly audit: AuditControl;

  readonly devices: DeviceControl;

  readonly past: HistoryControl;

  readonly services: ServiceControl;

  readonly certificates: CertificateControl;
  readonly upkeep: UpkeepControl;

  status(): Status;

  drivers(): readonly Driver[];

  driver(id: string): DriverDetail | undefined;

  /** One row per device, in the order of the plant document. */
  hosts(): readonly HostRow[];

  /** Of the processes of this driver that are still kept, newest first. */
  postMortems(driverId: string): Promise<readonly PostMortemSummary[]>;

  /** Undefined if there is none with this id, or it is no longer kept. */
  postMortem(driverId: string, id: string): Promise<PostMortem | undefined>;

  /**
   * Resolves when the driver has reached its new state, or failed to. Idempotent: starting a driver that runs, or promoting one
   * that is in a Host, changes nothing. Contradictory requests are carried out in their order. Rejects with code `NOT_ISOLATED`
   * for `recycle` of a driver in this process, `TIER_NEEDS_HOST` for `demote` of a tier C.
   */
  operate(id: string, action: DriverAction, correlationId: string): Promise<Driver>;

  /** What polling asks of each device, per scan class. */
  plan(id: string): Promise<readonly DevicePlan[]>;

  /**
   * Probes every device now, the demoted ones too; a device that does not answer is a row, not a rejection. Rejects with code
   * `DRIVER_STOPPED`, or `PROBE_UNSUPPORTED` if the driver cannot.
   */
  testDevices(id: string, correlationId: string): Promise<readonly DeviceTest[]>;

  /** One page of what a device offers. Rejects with code `DRIVER_STOPPED`, or `BROWSE_UNSUPPORTED` if the driver cannot. */
  browse(id: string, device: string, query: BrowseQuery, correlationId: string): Promise<BrowsedPage>;

  tags(query: TagQuery): TagPage;

  tagValue(path: string): TagRow | undefined;

  tagDetail(path: string): TagDetail | undefined;

  /** Bad tags of the plant under each folder, at most 10,000 folders. */
  badFolders(): TagFolders['folders'];

  /**
   * `value` in its JSON form, converted by the tag's type. Resolves for whatever was tried, whatever the outcome. Rejects when
   * refused beforehand (limits, read-only, demoted, unknown path): `writeOutcome` is then `not-sent`, and
   * nothing went on the wire.
   */
  writeTag(path: string, value: unknown, origin: Origin): Promise<TagWriteOutcome>;

  readonly events: {
    /** New with every start of the gateway. */
    readonly bootId: string;
    readonly lastSeq: number;
    /** What a client that has seen everything up to `seq` may have missed. */
    gapAfter(seq: number): EventGap | undefined;
    /** Those still kept whose `seq` is greater, oldest first. */
    since(seq: number): readonly GatewayEvent[];
    subscribe(listener: (event: GatewayEvent) => void): Disposable;
  };

  /** The last `lines` records, oldest first; undefined = of the gateway and all drivers. */
  logs(driverId: string | undefined, lines: number): readonly LogRecord[];

  followLogs(driverId: string | undefined, listener: (record: LogRecord) => void): Disposable;

  /** Calls `listener` after every change of one of `paths`. */
  watchTags(paths: readonly string[], listener: (value: TagValueShape) => void): Disposable;

  /** Follows many tags for one client. `wake` is called when the first change comes after everything was taken. */
  openTagFeed(wake: () => void): TagFeed;

  /** `adminPort`: where the server that asks listens. */
  about(adminPort: number): Promise<About>;

  /** Undefined if there is no driver with this id. */
  curves(driverId: string): DriverCurves | undefined;

  /** What memory keeps of one tag between two times, ms since 1970 UTC; undefined if there is no such tag. */
  history(path: string, fromMs: number, toMs: number): TagHistory | undefined;

  /** Begins the graceful stop of the gateway. Returns at once. */
  shutdown(): void;
}
