import { formatDataType, type DataType } from '@fieldwarden/core';

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
  /** Without effect on what is no single number (arrays, 64-bit integers). */
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

/** A value read under one definition is a value under the other: same device, address, raw type and scaling. */
export function isSameSource(a: TagDefinition, b: TagDefinition): boolean {
  return (
    a.address === b.address &&
    a.deviceId === b.deviceId &&
    a.driverId === b.driverId &&
    isSameType(a.rawType, b.rawType) &&
    isSameScaling(a.scaling, b.scaling)
  );
}

export function isSameType(a: DataType, b: DataType): boolean {
  return a === b || formatDataType(a) === formatDataType(b);
}

function isSameScaling(a: Scaling | undefined, b: Scaling | undefined): boolean {
  if (a === b) return true;
  return (
    a?.gain === b?.gain &&
    a?.offset === b?.offset &&
    a?.clamp?.low === b?.clamp?.low &&
    a?.clamp?.high === b?.clamp?.high
  );
}
