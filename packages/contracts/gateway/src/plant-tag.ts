import type { DataType } from '@fieldwarden/core';
import type { WrittenValue } from './not-available.js';

/** Linear scaling: engineering value = raw × gain + offset, then clamped if limits are given. Without effect on what is no single number. */
export interface Scaling {
  readonly gain: number;
  readonly offset: number;
  readonly clamp?: { readonly low: number; readonly high: number } | undefined;
}

/** A tag as the plant has it, every default filled: the one list of its fields. */
export interface PlantTag {
  /** `area/line/machine/signal`, unique in the gateway. */
  readonly path: string;
  /** In the driver's own notation, already accepted by its `address` function. */
  readonly address: string;
  /** What the driver type's own schema made of the tag's options; undefined where the type has none. Plain data. */
  readonly options: unknown;
  readonly type: DataType;
  /** 10 ms to 24 h. */
  readonly scanMs: number;
  readonly access: 'read-only' | 'read-write';
  /** value = raw × gain + offset; `clamp` bounds the result. Undefined: the raw value is the value. */
  readonly scaling: Scaling | undefined;
  /** Values of the device, before scaling, that stand for "none"; see `NotAvailable`. */
  readonly notAvailable: readonly WrittenValue[] | undefined;
  /** Engineering unit as written, for people and for OPC UA EUInformation. */
  readonly unit: string | undefined;
  /** Smallest change worth telling, in engineering units; a percentage is already multiplied by the range. */
  readonly deadband: number | undefined;
  readonly description: string | undefined;
  /** What a write may carry, in engineering units, both ends included. */
  readonly limits: { readonly min?: number; readonly max?: number } | undefined;
  /** The instrument's range (OPC UA EURange): from the scaling, else from both limits. */
  readonly range: { readonly low: number; readonly high: number } | undefined;
  /** Writing the same value twice does no harm: the only writes that may be repeated. */
  readonly writeIdempotent: boolean;
  /** Texts that stand for NaN and the infinities may be written. */
  readonly writeNonFinite: boolean;
  /** A write is read back before it counts as done. */
  readonly verify: boolean;
  /** Outlets publish it to brokers (SPEC §10.2). */
  readonly publish: boolean;
  /** What is kept of its past (SPEC §8.4). False: nothing; undefined: every change. */
  readonly history: TagHistoryRules | false | undefined;
}

/** What of a tag's values is worth keeping. */
export interface TagHistoryRules {
  /** A value this near to the last kept one is left out, in engineering units. Undefined: each change is kept. */
  readonly deadband: number | undefined;
  /** A value is kept after this time at the latest, changed or not. Undefined: as the service of history has it. */
  readonly maxIntervalMs: number | undefined;
  /** Whether a value holds until the next one, rather than being joined to it by a line. Undefined: by the data type. */
  readonly stepped: boolean | undefined;
}
