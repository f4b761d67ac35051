import type { GatewayError, TagValue } from '@fieldwarden/core';

/**
 * One state of one condition, in the terms of OPC UA 10000-9 (Alarms and Conditions). Plain data. Every change of a condition
 * (raised, gone, acknowledged, another severity) is a new event with an `eventId` of its own.
 */
export interface AlarmEvent {
  /** Names exactly this state; what `acknowledge` is given back. Unique within the device, at most 256 characters. */
  readonly eventId: string;
  /** The same for every state of one condition, over restarts of the driver; at most 256 characters. */
  readonly conditionId: string;
  /** What the alarm is about, in the device's own words or as the address of a point: `ns=2;s=Boiler`, `sine?highLimit=70`. */
  readonly source: string;
  /** For people: `Boiler pressure is above 12 bar`. */
  readonly message: string;
  /** 1 (least) to 1000 (most urgent), OPC UA 10000-5, 6.4.2. */
  readonly severity: number;
  /** The situation persists. */
  readonly active: boolean;
  readonly acknowledged: boolean;
  /** Still of interest to an operator: active, or gone but not acknowledged. False for the last event of a condition. */
  readonly retain: boolean;
  /** When this state began, by the device's clock; ms since 1970 UTC. */
  readonly atMs: number;
  /** What the source read then, when the device tells. */
  readonly value?: TagValue;
  /** Of the person who acknowledged. */
  readonly comment?: string;
}

/**
 * Where the alarms of a device arrive. Implemented by the runtime; the session calls it from wherever they come. Alarms are never
 * dropped silently: whoever has to let some go says so with `lost`.
 */
export interface AlarmSink {
  /** In the order in which the device reported them. */
  push(events: readonly AlarmEvent[]): void;
  /** `count` events that should have come here were lost; subscribe anew to hear what is the case now. */
  lost(count: number): void;
  /** The device can't report any more, until the next push: what is active there is unknown. */
  fail(error: GatewayError): void;
}

/** Opaque to everyone but the session that made it. */
export interface AlarmSubscription {
  readonly deviceId: string;
}

/** One alarm that a person has seen. */
export interface Acknowledgement {
  readonly eventId: string;
  readonly conditionId: string;
  /** What the person wrote; empty when nothing, at most 1,024 characters. */
  readonly comment: string;
}
