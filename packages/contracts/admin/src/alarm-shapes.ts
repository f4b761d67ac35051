import type { WriteOutcome } from '@fieldwarden/core';

/** `GET /alarms`: whatever is of interest now, the most urgent first. */
export interface AlarmList {
  readonly schema: 'fieldwarden/alarms@1';
  /** At most 10,000. */
  readonly alarms: readonly AlarmRow[];
  /** How many there are. */
  readonly total: number;
  /** Events that devices reported and that were lost on their way, since the start; the devices were asked anew. */
  readonly lost: number;
  /** Conditions that found no room in this list, since the start. */
  readonly leftOut: number;
}

/** One condition as it is now: of a device (OPC UA 10000-9), or of the gateway itself. Comes with `alarm` events as `data.alarm`. */
export interface AlarmRow {
  /** Null for an alarm of the gateway that concerns no driver. */
  readonly driverId: string | null;
  /** Null for alarms of the gateway itself. */
  readonly device: string | null;
  /** Unique among the alarms of its device, or of the gateway and its driver. */
  readonly conditionId: string;
  /** Names exactly this state. */
  readonly eventId: string;
  /** What it is about, in the device's own words; empty for alarms of the gateway. */
  readonly source: string;
  readonly message: string;
  /** 1 (least) to 1000 (most urgent). */
  readonly severity: number;
  readonly active: boolean;
  readonly acknowledged: boolean;
  /** Still of interest: active, or not acknowledged. False only in events, for the last state of a condition. */
  readonly retain: boolean;
  /** False: the device can't report at present, this is what it said last. */
  readonly current: boolean;
  /** When this state began, by the clock of whoever reported it. */
  readonly at: string;
  /** What the source read then; null when nobody tells. */
  readonly value: unknown;
  /** Of whoever acknowledged. */
  readonly comment: string | null;
}

/** Body of `POST /alarms/acknowledge`. Without `device` an alarm of the gateway is meant. */
export interface AcknowledgeRequest {
  readonly driverId?: string | null;
  readonly device?: string | null;
  readonly conditionId: string;
  /** The state that was seen; default: the present one. */
  readonly eventId?: string;
  /** At most 1,024 characters. */
  readonly comment?: string;
}

/** `POST /alarms/acknowledge`: what became of it, as of a write. */
export interface AcknowledgeAnswer {
  readonly schema: 'fieldwarden/acknowledgement@1';
  readonly driverId: string | null;
  readonly device: string | null;
  readonly conditionId: string;
  readonly outcome: WriteOutcome;
  readonly status: string;
  readonly message?: string;
}

/** Body of `POST /drivers/:id/call`. */
export interface MethodCallRequest {
  /** May be left out if the driver has only one. */
  readonly device?: string;
  /** The object that has the method, where the protocol knows objects. */
  readonly object?: string;
  readonly method: string;
  /** Numbers, true or false, texts, arrays of them; at most 64. */
  readonly args?: readonly unknown[];
}

/** `POST /drivers/:id/call`: what became of the call, as of a write. */
export interface MethodCallAnswer {
  readonly schema: 'fieldwarden/method-call@1';
  readonly driverId: string;
  readonly device: string;
  readonly method: string;
  readonly outcome: WriteOutcome;
  readonly status: string;
  /** Empty unless done. */
  readonly outputs: readonly unknown[];
  readonly message?: string;
}
