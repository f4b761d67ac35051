import type { GatewayError, StatusCode, ValueColumns, WriteOutcome } from '@fieldwarden/core';
import type { Acknowledgement, AlarmSink, AlarmSubscription } from './alarms.js';
import type { CallContext } from './call-context.js';
import type {
  EventHistoryQuery,
  EventPage,
  HistoricalValue,
  HistoryPage,
  ProcessedHistoryQuery,
  RawHistoryQuery,
} from './history.js';
import type { DiscoverQuery, DiscoveredPage } from './discovery.js';
import type { MethodCall, MethodResult } from './method.js';
import type { Point, WriteItem } from './point.js';

/**
 * One running driver instance: the connection of one configured driver with its devices. Made by `create`, used only through
 * the invoker. The same interface is implemented by every driver and by the Proxy that stands for a driver in a Host.
 *
 * Connecting is the session's own business: it connects when first asked to exchange (or in `open`), reconnects by itself at
 * a bounded, jittered rate, and while it cannot, answers at once with kind `unreachable`. It never throws out of an event
 * handler and never leaves a call unsettled past the call's deadline.
 *
 * Errors are GatewayErrors. A thrown error means that the whole exchange failed; one bad point in a good exchange is a row
 * with a Bad status. The kind decides the reaction (`reactions` in @fieldwarden/core): `unreachable`, `timeout`, `protocol`
 * and `busy` are retried and count towards demotion of the device, `rejected` and `config` do neither.
 */
export interface DriverSession {
  /**
   * Called once, before any other call. Returns when the session is ready to be asked, not when the device answers: an absent
   * device is no reason to fail. Throw kind `config` for options that can never work.
   */
  open?(signal: AbortSignal): Promise<void>;

  /** Called once, last. Closes every connection and timer; pending calls settle with kind `cancelled`. Never rejects. */
  close(): Promise<void>;

  /**
   * Pure: groups points of one device into the requests that `read` will make. Called once per device and scan class, and
   * again after a change. Points whose address does not fit become rows with `BadConfigurationError`, never a throw.
   */
  prepareRead?(deviceId: string, points: readonly Point[]): ReadPlan;

  /**
   * Nobody will use this plan any more: frees what was only learnt or kept for it. Called once for each plan of `prepareRead`, when no
   * read of it is under way; not for plans that are still in use when the session closes or their device goes. Synchronous and cheap;
   * must not throw.
   */
  releaseRead?(plan: ReadPlan): void;

  /** Says in words and numbers what a plan will do; for `drivers plan` and the console. */
  describePlan?(plan: ReadPlan): PlanDescription | Promise<PlanDescription>;

  /**
   * One scan of one plan. The poller calls it once per scan interval, never twice at a time for one plan. Sets every row of
   * `into` (row i = point i of the plan): raw device value, status, source time. `into` belongs to the driver until the
   * promise settles, and is not touched afterwards. A device that answered anything is alive: what it did not answer are rows with their own
   * Bad status, and the driver asks for it more rarely. Rejects only if nothing was answered.
   */
  read?(plan: ReadPlan, into: ValueColumns, call: CallContext): Promise<void>;

  /**
   * Writes items of one device in their order. One result per item. Writes go ahead of waiting reads. A result is `done` only
   * when the device confirmed it. Never repeats a request by itself. A throw tells the outcome by the error's `writeOutcome`.
   */
  write?(deviceId: string, items: readonly WriteItem[], call: CallContext): Promise<readonly WriteResult[]>;

  /** The cheapest exchange that proves this device answers. Called while a device is demoted. Resolves = alive. */
  probe?(deviceId: string, call: CallContext): Promise<void>;

  /**
   * Asks the device to report changes. When present, the runtime subscribes instead of polling. Resolves when the device
   * accepted; values then come through `sink` until `unsubscribe` or `close`. The first value of each point comes at once.
   */
  subscribe?(deviceId: string, points: readonly Point[], sink: UpdateSink, call: CallContext): Promise<Subscription>;

  unsubscribe?(subscription: Subscription, call: CallContext): Promise<void>;

  /**
   * One page of what the device offers, for browsing tags: its children, or with `text` a search. Called for an engineer who looks
   * for tags. Kind `rejected` with `BadNodeIdUnknown` for a `parent` that the device does not have, with
   * `BadContinuationPointInvalid` for a cursor that is none (any more). A driver that has all nodes at hand uses `discoveredPage`.
   */
  discover?(deviceId: string, query: DiscoverQuery, call: CallContext): Promise<DiscoveredPage>;

  /**
   * From now on these are the devices; `options` are outputs of the type's `deviceOptions` schema. Called by the runtime when the
   * configuration changes, only for types that say `liveDevices`, never during `open` or `close`. Devices that stay as they were
   * keep their connections, plans and subscriptions; calls under way to a device that goes settle with kind `cancelled`, its
   * plans are not used any more. A device whose options changed counts as gone and come: its plans and subscriptions end, new ones
   * are made. Calls to a device that is gone fail with kind `config`. Returns when the session is ready to be asked. A throw leaves everything as it was: the driver is
   * then restarted.
   */
  setDevices?(devices: readonly { readonly id: string; readonly options: unknown }[]): Promise<void>;

  /**
   * Reports the alarms of a device (OPC UA 10000-9). Resolves when the device accepted; every condition that is of interest then
   * (`retain`) comes at once, each further state as it happens, through `sink` until `unsubscribeAlarms` or `close`. At most one
   * alarm subscription per device at a time. Comes with `unsubscribeAlarms`. Kind `rejected`: the device reports no alarms;
   * others as for `subscribe`.
   */
  subscribeAlarms?(deviceId: string, sink: AlarmSink, call: CallContext): Promise<AlarmSubscription>;

  /** Nothing reaches the sink any more once it has resolved. */
  unsubscribeAlarms?(subscription: AlarmSubscription, call: CallContext): Promise<void>;

  /**
   * Tells the device that a person has seen these alarms. Called for an operator, never repeated by anyone. One result per item, as
   * for `write`: `rejected` with `BadEventIdUnknown` for one that the device does not know (any more),
   * `BadConditionBranchAlreadyAcked` for one acknowledged before. The new state also comes through the alarm subscription.
   */
  acknowledge?(deviceId: string, items: readonly Acknowledgement[], call: CallContext): Promise<readonly WriteResult[]>;

  /**
   * One page of what the device itself recorded for a point (OPC UA 10000-11). Called for a client's history read and to fill gaps
   * after an outage; may take long and runs beside the scans. No values in the range: an empty page, no error. Kind `rejected` with
   * `BadHistoryOperationUnsupported` for a point without history, with `BadContinuationPointInvalid` for a continuation that is
   * none (any more); `config` for an address that does not parse.
   */
  readRaw?(deviceId: string, point: Point, query: RawHistoryQuery, call: CallContext): Promise<HistoryPage>;

  /**
   * The same, aggregated by the device: one row per interval, intervals without data as `BadNoData` (`count`: 0). Kind `rejected`
   * with `BadAggregateNotSupported` for an aggregate that the device does not have.
   */
  readProcessed?(deviceId: string, point: Point, query: ProcessedHistoryQuery, call: CallContext): Promise<HistoryPage>;

  /**
   * What the point read at these times (ms since 1970 UTC; at most `maxHistoryRows`), interpolated where the device has no value of
   * that very time. One row per time, in their order; `BadNoData` where nothing is known.
   */
  readAtTime?(
    deviceId: string,
    point: Point,
    timesMs: readonly number[],
    call: CallContext,
  ): Promise<readonly HistoricalValue[]>;

  /** One page of the events that the device remembers. Otherwise as `readRaw`. */
  readEvents?(deviceId: string, query: EventHistoryQuery, call: CallContext): Promise<EventPage>;

  /**
   * Has the device execute a method. Called for an operator or a flow, never repeated by anyone; what became of it is told as
   * truthfully as for `write`, by the result or by the `writeOutcome` of a thrown error. `rejected` with `BadMethodInvalid` for a
   * method that it does not have, `BadArgumentsMissing`, `BadTooManyArguments` or `BadInvalidArgument` for wrong inputs.
   */
  callMethod?(deviceId: string, method: MethodCall, call: CallContext): Promise<MethodResult>;

  /**
   * Drops and remakes every connection and all internal state, within 10 s: the first aid for a session that no longer makes
   * progress. Called by the runtime, never during `open` or `close`. Plans and subscriptions handed out before stay valid; calls
   * in flight settle, with kind `cancelled` or `unreachable` if they can't be finished. Resolves when the session is ready to be
   * asked again, not when the device answers. A throw, or no answer in time, means that it did not help: a Host is then recycled.
   */
  reinitialize?(): Promise<void>;

  /** Bytes that this session holds in buffers and caches, when it can tell. Called every few seconds; must be cheap. */
  memoryFootprint?(): number;

  /**
   * Gives back memory that is only there for speed (browse results, learnt layouts, spare buffers). Called by the runtime when
   * memory runs short. Synchronous and cheap; whatever is in use stays.
   */
  flushOptionalCaches?(): void;
}

/** Opaque to everyone but the session that made it. */
export interface ReadPlan {
  readonly deviceId: string;
  readonly points: readonly Point[];
}

export interface PlanDescription {
  readonly requests: readonly PlannedRequest[];
  /** Time that one cycle takes if nothing goes wrong, from the requests' measured or nominal duration. Milliseconds. */
  readonly estimatedCycleMs: number;
  /** What the requests keep clear of, or ask for apart and more rarely, because the device does not answer it. Absent when there is nothing. */
  readonly avoided?: readonly AvoidedSpan[];
}

export interface AvoidedSpan {
  /** In the protocol's own words: `HR 20..21`. */
  readonly what: string;
  /** Points that are Bad because they lie there. */
  readonly points: number;
  /** Why, for people: what the device answered, or that it did not. */
  readonly reason: string;
  /** How long until the device is asked again. Milliseconds. */
  readonly retestInMs: number;
}

export interface PlannedRequest {
  /** In the protocol's own words: `FC3 unit 1 HR 0..124`. */
  readonly what: string;
  readonly points: number;
  /** Size in the protocol's own unit (registers, bits, bytes). */
  readonly size: number;
  /** How much of `size` no point asked for. */
  readonly gap: number;
}

export interface WriteResult {
  readonly outcome: WriteOutcome;
  /**
   * Good for `done`; else why not, as OPC UA status. `unknown` with a status that is not Bad: nobody was to answer (a broadcast), and it counts
   * as no failure.
   */
  readonly status: StatusCode;
  /** For people, when there is more to say. */
  readonly message?: string;
}

/** Where a subscription delivers. Implemented by the runtime; the session calls it from wherever values arrive. */
export interface UpdateSink {
  /** `batch` may be reused by the caller after the return. */
  push(batch: UpdateBatch): void;
  /** The device can't deliver any more: every point turns Bad until the next push. */
  fail(error: GatewayError): void;
}

/** Changes as columns: row i holds the new value of point `rows[i]` of the subscription. */
export interface UpdateBatch {
  readonly length: number;
  readonly rows: Uint32Array;
  readonly columns: ValueColumns;
}

/** Opaque to everyone but the session that made it. */
export interface Subscription {
  readonly deviceId: string;
}
