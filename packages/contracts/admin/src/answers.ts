import type { EventGap, Finding, GatewayEvent, LogRecord } from '@fieldwarden/gateway-contract';
import type {
  Driver,
  DriverDetail,
  HostRow,
  PostMortem,
  PostMortemSummary,
  TagRow,
  TagValueShape,
  TagWriteOutcome,
} from './shapes.js';

/** The bodies of answers that wrap a shape: each says by `schema` what it is. Lists of drivers, tags and the status carry theirs already. */

/** `GET /drivers/:id`. */
export interface DriverDetailAnswer extends DriverDetail {
  readonly schema: 'fieldwarden/driver@1';
}

/** `POST /drivers/:id/<action>?wait=true`: the driver as it stands after the action, without its devices. */
export interface DriverAnswer extends Driver {
  readonly schema: 'fieldwarden/driver@1';
}

/** 202: the action was passed on; what becomes of it is in the events and the log, under this id as correlation id. */
export interface OperationAnswer {
  readonly schema: 'fieldwarden/operation@1';
  readonly operationId: string;
}

/** `GET /hosts`: every device of every driver, in the order of the plant document. */
export interface HostList {
  readonly schema: 'fieldwarden/hosts@1';
  readonly rows: readonly HostRow[];
}

/** `GET /drivers/:id/post-mortems`: newest first. */
export interface PostMortemList {
  readonly schema: 'fieldwarden/post-mortems@1';
  readonly driverId: string;
  readonly postMortems: readonly PostMortemSummary[];
}

/** `GET /drivers/:id/post-mortems/:postMortemId`. */
export interface PostMortemAnswer extends PostMortem {
  readonly schema: 'fieldwarden/post-mortem@1';
}

/** `GET /drivers/:id/plan`: what polling asks of each device. */
export interface PlanAnswer {
  readonly schema: 'fieldwarden/plan@1';
  readonly driverId: string;
  readonly devices: readonly DevicePlan[];
}

export interface DevicePlan {
  readonly device: string;
  readonly scans: readonly ScanPlan[];
}

/** One cycle of the tags of one device that share a scan interval. */
export interface ScanPlan {
  readonly scanMs: number;
  readonly tags: number;
  readonly plan: {
    readonly requests: readonly PlannedRequestShape[];
    readonly estimatedCycleMs: number;
    /** What the requests keep clear of because the device has refused it, with the tags that lie there. */
    readonly avoided?: readonly { readonly what: string; readonly points: number; readonly retestInMs: number }[];
  };
}

export interface PlannedRequestShape {
  /** In the protocol's own words: `FC3 unit 1 HR 0..124`. */
  readonly what: string;
  readonly points: number;
  /** In the protocol's own unit: registers, bits, bytes. */
  readonly size: number;
  /** How much of `size` no tag asked for. */
  readonly gap: number;
}

/** `POST /drivers/:id/test`: every device was asked once whether it answers. */
export interface DriverTestAnswer {
  readonly schema: 'fieldwarden/driver-test@1';
  readonly driverId: string;
  readonly devices: readonly DeviceTest[];
}

export interface DeviceTest {
  readonly device: string;
  readonly ok: boolean;
  /** With the wait for exchanges that were under way. */
  readonly durationMs: number;
  /** Null if the device answered. */
  readonly error: { readonly code: string; readonly kind: string; readonly message: string } | null;
}

/** `GET /drivers/:id/browse`: what lies under one node of a device, or was found by `search`. */
export interface NodeList extends BrowsedPage {
  readonly schema: 'fieldwarden/nodes@1';
  readonly driverId: string;
  readonly device: string;
}

export interface BrowsedPage {
  /** May be empty although there are more. */
  readonly nodes: readonly BrowsedNode[];
  /** `cursor` of the next page; null for the last one. */
  readonly nextCursor: string | null;
}

export interface BrowsedNode {
  /** To use for a tag, or to browse further. */
  readonly address: string;
  readonly name: string;
  /** As in the plant document; null if the device does not say. */
  readonly dataType: string | null;
  /** Null if the device does not say. */
  readonly writable: boolean | null;
  readonly hasChildren: boolean;
}

/** `GET /tags/value`. */
export interface TagValueAnswer extends TagRow {
  readonly schema: 'fieldwarden/tag-value@1';
}

/** One value of `GET /tags/watch`. */
export interface WatchedValue extends TagValueShape {
  readonly schema: 'fieldwarden/tag-value@1';
}

/** `PUT /tags/value`. */
export interface TagWriteAnswer extends TagWriteOutcome {
  readonly schema: 'fieldwarden/write@1';
}

/** `GET /logs`, `GET /drivers/:id/logs`: oldest first. */
export interface LogList {
  readonly schema: 'fieldwarden/logs@1';
  readonly driverId: string | null;
  readonly records: readonly LogRecord[];
}

/** `GET /events`, `GET /drivers/:id/events` as JSON: oldest first. */
export interface EventList {
  readonly schema: 'fieldwarden/events@1';
  /** New with every start of the gateway. */
  readonly bootId: string;
  /** What a client that asked with `since` may have missed; null if nothing. */
  readonly gap: EventGap | null;
  readonly driverId: string | null;
  readonly events: readonly GatewayEvent[];
}

/** `POST /shutdown`: the gateway with this process id stops. */
export interface ShutdownAnswer {
  readonly schema: 'fieldwarden/shutdown@1';
  readonly pid: number;
}

/** `config validate`. */
export interface FindingList {
  readonly schema: 'fieldwarden/findings@1';
  readonly file: string;
  readonly valid: boolean;
  readonly findings: readonly Finding[];
}
