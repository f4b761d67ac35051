import type { GatewayEvent } from '@fieldwarden/gateway-contract';

/** A stretch of time in one state. */
export interface StateSegment {
  readonly state: string;
  /** ms since 1970 UTC. */
  readonly fromMs: number;
  readonly toMs: number;
}

/** Samples → stretches; the last one lasts until now. */
export function segmentsOf({ at, states }: StateSamples, nowMs: number): readonly StateSegment[] {
  const segments: { state: string; fromMs: number; toMs: number }[] = [];
  at.forEach((fromMs, index) => {
    const last = segments.at(-1);
    if (last) last.toMs = fromMs;
    if (last?.state !== states[index]) segments.push({ state: states[index], fromMs, toMs: nowMs });
  });
  const last = segments.at(-1);
  if (last) last.toMs = Math.max(nowMs, last.fromMs);
  return segments;
}

export interface StateSamples {
  /** ms since 1970 UTC. */
  readonly at: readonly number[];
  readonly states: readonly string[];
}

/**
 * With every change that the gateway knows of, also those that were over before the next sample. Samples are good for the time before the
 * first change that it kept.
 */
export function withChanges(
  samples: StateSamples,
  changes: readonly { readonly at: number; readonly state: string }[],
): StateSamples {
  const firstMs = changes.at(0)?.at ?? Infinity;
  const before = samples.at.filter((at) => at < firstMs).length;
  return {
    at: [...samples.at.slice(0, before), ...changes.map(({ at }) => at)],
    states: [...samples.states.slice(0, before), ...changes.map(({ state }) => state)],
  };
}

/** Changes of one driver as the events tell them, behind what the gateway told of before: that lags by a few seconds. */
export function withEvents(samples: StateSamples, events: readonly GatewayEvent[], driverId: string): StateSamples {
  const lastMs = samples.at.at(-1) ?? -Infinity;
  const changes = events.filter(
    ({ type, driverId: id, device, data, at }) =>
      type === 'driver' &&
      id === driverId &&
      device === undefined &&
      typeof data?.to === 'string' &&
      Date.parse(at) > lastMs,
  );
  return {
    at: [...samples.at, ...changes.map(({ at }) => Date.parse(at))],
    states: [...samples.states, ...changes.map(({ data }) => String(data?.to))],
  };
}

/** The part of each that lies within the window; those outside it are left out. */
export function clipped(segments: readonly StateSegment[], fromMs: number, toMs: number): readonly StateSegment[] {
  return segments
    .map((segment) => ({ ...segment, fromMs: Math.max(segment.fromMs, fromMs), toMs: Math.min(segment.toMs, toMs) }))
    .filter((segment) => segment.toMs > segment.fromMs);
}
