import type { GatewayErrorData, LogFields, LogLevel, ValueColumns } from '@fieldwarden/core';
import {
  capabilities,
  sessionServices,
  type AlarmEvent,
  type DiscoveredPage,
  type HistoricalEvent,
  type HistoricalValue,
  type MethodResult,
  type PlanDescription,
  type Point,
  type SessionMember,
  type WriteResult,
} from '@fieldwarden/driver';
import type { DriverFolders } from '@fieldwarden/belongings';
import type { CapabilityRequest } from './requests.js';

/** Both sides name it in their first message. A Host that meets another version exits with `exitCodes.protocolMismatch`. */
export const protocolVersion = 3;

/** What a Host's exit code tells the Supervisor; neither of the first two is retried (SPEC §4.4). */
export const exitCodes = { badConfiguration: 78, protocolMismatch: 55, crashed: 1 } as const;

/** First argument of a Host that the kernel ends together with its parent. */
export const tiedArgument = 'tied';

/** Members of DriverSession that a Host can announce; only announced ones exist on the Proxy. */
export const sessionMembers: readonly SessionMember[] = [...capabilities, ...sessionServices];

/** Host → Supervisor: the first message on a new channel, before anything of the driver is loaded. */
export interface HelloMessage {
  readonly type: 'hello';
  readonly protocol: number;
  readonly pid: number;
}

/** Supervisor → Host: answers `hello` with all that the Host needs to create its session. */
export interface InitMessage extends InitParameters {
  readonly type: 'init';
  readonly protocol: number;
}

/** What concerns one process, not what runs in it. */
export interface ProcessParameters {
  /** Generation number of this process; goes into its log lines. */
  readonly spawn: number;
  /** Levels the gateway writes; the Host sends no others. */
  readonly logLevels: readonly LogLevel[];
  /**
   * From ready to the start of the thread that tells where a blocked main thread stands, where nothing else needs it: it costs as much of the
   * processor as all the rest of a start, which others may be waiting for.
   */
  readonly watchAfterMs: number;
}

export interface InitParameters extends ProcessParameters {
  readonly driverId: string;
  readonly driverType: string;
  /** URL of the module whose default export is the driver definition. */
  readonly entry: string;
  readonly options: unknown;
  readonly devices: readonly { readonly id: string; readonly options: unknown }[];
  /** Where the driver keeps what outlives this process: the Host opens them itself. */
  readonly folders: DriverFolders;
}

/** Host → Supervisor: the session is open; calls may come. */
export interface ReadyMessage {
  readonly type: 'ready';
  readonly members: readonly SessionMember[];
  /** Calls that may be unanswered at one time; each answer gives one back. */
  readonly callCredits: number;
}

/**
 * Supervisor → Host: the points of a read plan or of a subscription, sent ahead of the first call that names them by number.
 * Long lists come in parts; the one with `last` completes the plan.
 */
export interface PreparePlanMessage {
  readonly type: 'prepare-plan';
  readonly plan: number;
  readonly purpose: 'read' | 'subscribe';
  readonly deviceId: string;
  readonly points: readonly Point[];
  readonly last: boolean;
}

/** Supervisor → Host: nobody holds this plan or subscription any more. */
export interface DropPlanMessage {
  readonly type: 'drop-plan';
  readonly plan: number;
}

/** Supervisor → Host: a call of one capability. Answered by exactly one of `result`, `error` or, for a read, `read-result`. */
export interface RequestMessage {
  readonly type: 'request';
  readonly call: number;
  readonly correlationId: string;
  /** Time left until nobody waits any more; the Host rebuilds the deadline on its own monotonic clock. */
  readonly remainingMs: number;
  readonly request: CapabilityRequest;
}

/** Supervisor → Host: the caller gave up. The Host still answers, so that the call's credit comes back. */
export interface CancelMessage {
  readonly type: 'cancel';
  readonly call: number;
}

/** Host → Supervisor: a call succeeded (all but reads). */
export interface ResultMessage {
  readonly type: 'result';
  readonly call: number;
  readonly value: CallResult;
}

export type CallResult =
  | readonly WriteResult[]
  | DiscoveredPage
  | PlanDescription
  | MethodResult
  /** A history read: its rows went ahead in `rows`. */
  | { readonly continuation: string | undefined }
  | undefined;

/**
 * Host → Supervisor: rows of a history read, ahead of its `result`, in as many messages as frames need. `HistoricalEvent`s for
 * `readEvents`, else `HistoricalValue`s.
 */
export interface RowsMessage {
  readonly type: 'rows';
  readonly call: number;
  readonly rows: readonly HistoryRow[];
}

export type HistoryRow = HistoricalValue | HistoricalEvent;

/** Host → Supervisor: alarms of a device, in their order; then `lost` more that were not kept. Costs one credit. */
export interface AlarmsMessage {
  readonly type: 'alarms';
  readonly subscription: number;
  readonly events: readonly AlarmEvent[];
  readonly lost: number;
}

/** Host → Supervisor: the device can't report alarms any more, until the next `alarms`. */
export interface AlarmsFailedMessage {
  readonly type: 'alarms-failed';
  readonly subscription: number;
  readonly error: GatewayErrorData;
}

/** Host → Supervisor: a call failed. */
export interface ErrorMessage {
  readonly type: 'error';
  readonly call: number;
  readonly error: GatewayErrorData;
}

/** Host → Supervisor: rows of a read, as columns (`columns-codec.ts`). A long result comes in parts; `last` settles the call. */
export interface ReadResultMessage {
  readonly type: 'read-result';
  readonly call: number;
  readonly firstRow: number;
  readonly length: number;
  readonly last: boolean;
  readonly columns: ValueColumns;
}

/** Host → Supervisor: changes of a subscription, as columns. Costs one credit. */
export interface UpdateMessage {
  readonly type: 'update';
  readonly subscription: number;
  readonly length: number;
  readonly rows: Uint32Array;
  readonly columns: ValueColumns;
}

/** Host → Supervisor: the device can't deliver any more; every point is Bad until the next `update`. */
export interface UpdateFailedMessage {
  readonly type: 'update-failed';
  readonly subscription: number;
  readonly error: GatewayErrorData;
}

/** Supervisor → Host: `amount` messages of this subscription (updates or alarms) were consumed and may be followed by as many. */
export interface CreditsMessage {
  readonly type: 'credits';
  readonly subscription: number;
  readonly amount: number;
}

/** Supervisor → Host: every `pingMs`. */
export interface PingMessage {
  readonly type: 'ping';
  readonly sequence: number;
}

/** Host → Supervisor: answers `ping` from the main thread, so that a blocked event loop shows as silence. */
export interface PongMessage extends HostVitals {
  readonly type: 'pong';
  readonly sequence: number;
  readonly pendingCalls: number;
  /** Grows with every answered call (but maintenance) and every update batch; standing still with calls pending means wedged. */
  readonly progress: number;
  /** Values overwritten by newer ones while no credit was left, since start. */
  readonly conflatedValues: number;
  readonly droppedLogs: number;
  /** Alarms that found their queue full, since start; each one's subscriber was told. */
  readonly lostAlarms: number;
  /** What the session says it holds; undefined when it can't tell. */
  readonly footprintBytes: number | undefined;
}

export interface HostVitals {
  /** Worst delay of the Host's own timer since the previous pong. */
  readonly loopLagMs: number;
  readonly heapUsedBytes: number;
  readonly rssBytes: number;
  /** Resident minus shared pages; equals `rssBytes` where the system does not tell. */
  readonly privateBytes: number;
  /** CPU time used since the process started. */
  readonly cpuMs: number;
  /** An open inspector switches hang kills off. */
  readonly inspectorOpen: boolean;
}

/** Host → Supervisor: a record for the gateway's log. */
export interface LogMessage {
  readonly type: 'log';
  readonly level: LogLevel;
  readonly message: string;
  readonly fields: LogFields | undefined;
}

/** Host → Supervisor: the last words before it exits by itself. */
export interface FatalMessage {
  readonly type: 'fatal';
  readonly exitCode: number;
  readonly error: GatewayErrorData;
}

/** Supervisor → Host: take no new calls, finish those in flight. */
export interface DrainMessage {
  readonly type: 'drain';
}

/** Host → Supervisor: answers `drain` once no call is in flight. */
export interface DrainedMessage {
  readonly type: 'drained';
}

/** Supervisor → Host: close the session and exit with 0. */
export interface StopMessage {
  readonly type: 'stop';
}

/** What the Supervisor sends. */
export type SupervisorMessage =
  | InitMessage
  | PreparePlanMessage
  | DropPlanMessage
  | RequestMessage
  | CancelMessage
  | CreditsMessage
  | PingMessage
  | DrainMessage
  | StopMessage;

/** What a Host sends, but for values. */
export type HostMessage =
  | HelloMessage
  | ReadyMessage
  | ResultMessage
  | ErrorMessage
  | UpdateFailedMessage
  | RowsMessage
  | AlarmsMessage
  | AlarmsFailedMessage
  | PongMessage
  | LogMessage
  | FatalMessage
  | DrainedMessage;

/** What a Host sends in the columnar layout. */
export type ValueMessage = ReadResultMessage | UpdateMessage;

export type ControlMessage = SupervisorMessage | HostMessage;
