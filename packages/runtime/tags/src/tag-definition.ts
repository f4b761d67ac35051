import type { DataType } from '@fieldwarden/core';

/** Linear scaling: engineering value = raw × gain + offset, then clamped if limits are given. */
export interface Scaling {
  readonly gain: number;
  readonly offset: number;
  readonly clamp?: { readonly low: number; readonly high: number };
}

/** A change smaller than this (engineering units, or percent of the last reported value) is not reported to listeners. */
export type Deadband = { readonly absolute: number } | { readonly percent: number };

/** Everything the gateway knows about one tag besides its value. */
export interface TagDefinition {
  /** `area/line/machine/signal`, unique in the gateway. */
  readonly path: string;
  readonly type: DataType;
  readonly access: 'read-only' | 'read-write';
  /** Null for tags that the gateway itself feeds (`_system/...`). */
  readonly driverId: string | null;
  readonly deviceId: string | null;
  /** As written in the plant document; empty for tags without a device. */
  readonly address: string;
  readonly scanMs: number;
  /** A value older than three of these is stale. Null = never: the tag changes when its source says so. */
  readonly expectedIntervalMs: number | null;
  readonly scaling?: Scaling;
  readonly deadband?: Deadband;
  readonly unit?: string;
  readonly description?: string;
  readonly limits?: { readonly min?: number; readonly max?: number };
  readonly writeIdempotent: boolean;
  readonly verify: boolean;
}
