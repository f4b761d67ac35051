/** The `stability:` block of a driver, every default filled in (SPEC §6). Durations in ms, sizes in bytes. */
export interface StabilitySettings {
  readonly memory: MemorySettings;
  /** Null: no planned recycle. */
  readonly recycle: RecycleSettings | null;
  readonly wedge: WedgeSettings;
}

export interface MemorySettings {
  readonly sampleMs: number;
  /** The baseline is the median of the samples of this long after ready. */
  readonly baselineWindowMs: number;
  /** The soft limit is this many times the baseline, */
  readonly multiplier: number;
  /** but at least this far above it. */
  readonly floorBytes: number;
  /** A Host that stays above the soft limit is recycled. */
  readonly recycleOnSoft: boolean;
  /** Absolute hard limit, the only one until there is a baseline; null = none. */
  readonly capBytes: number | null;
}

export interface RecycleSettings {
  /** Five or six fields, the sixth in front for seconds. */
  readonly cron: string;
  /** IANA name, `Europe/Berlin`: what the fields of `cron` mean. */
  readonly timeZone: string;
  /** Each recycle comes late by a random part of this, so that a fleet does not recycle as one. */
  readonly splayMs: number;
}

export interface WedgeSettings {
  /** Shortest time without progress that counts as wedged. */
  readonly thresholdMs: number;
}
