import type { DataType } from '@fieldwarden/core';

/** Linear scaling: engineering value = raw × gain + offset, then clamped if limits are given. */
export interface Scaling {
  readonly gain: number;
  readonly offset: number;
  readonly clamp?: { readonly low: number; readonly high: number };
}

/** Everything the gateway knows about one tag besides its value. */
export interface TagDefinition {
  /** `area/line/machine/signal`, unique in the gateway. */
  readonly path: string;
  /** Of the value as everyone beyond the store sees it: float64 for a scaled tag. */
  readonly type: DataType;
  /** Of the value in the device. */
  readonly rawType: DataType;
  readonly access: 'read-only' | 'read-write';
  /** Null for tags that the gateway itself feeds (`_system/...`). */
  readonly driverId: string | null;
  readonly deviceId: string | null;
  /** As written in the plant document; empty for tags without a device. */
  readonly address: string;
  readonly scanMs: number;
  readonly scaling?: Scaling;
  /** A change not larger than this, in engineering units, is stored but not told to listeners. */
  readonly deadband?: number;
  readonly unit?: string;
  readonly description?: string;
  /** What a write may carry, engineering units, both ends included. */
  readonly limits?: { readonly min?: number; readonly max?: number };
  /** Range of the instrument (OPC UA EURange). */
  readonly range?: { readonly low: number; readonly high: number };
  readonly writeIdempotent: boolean;
  readonly verify: boolean;
}
