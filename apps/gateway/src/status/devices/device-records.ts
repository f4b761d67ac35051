import type { DeviceResilienceState } from '@fieldwarden/invoker';

/** What is kept of one device over a restart of the gateway (SPEC §5.8). */
export interface KeptDeviceRecord {
  /** Of driver type, driver options and device options: a record of another device is none. */
  readonly configHash: string;
  readonly resilience: DeviceResilienceState;
  readonly overruns: number;
  /** Of its driver; ms since 1970 UTC. */
  readonly lastRecycleAtMs: number | null;
}

/** By `<driver>/<device>`. Throws if the file is not one of ours, as a whole or in any part. */
export function parseDeviceRecords({ devices }: Readonly<Record<string, unknown>>): Map<string, KeptDeviceRecord> {
  if (typeof devices !== 'object' || devices === null) throw new TypeError('there are no devices');
  const entries = Object.entries(devices);
  for (const [key, entry] of entries) if (!isRecord(entry)) throw new TypeError(`the record of ${key} is none`);
  return new Map(entries as [string, KeptDeviceRecord][]);
}

/** True if an operator sees the difference; counts that merely went on are none. */
export function differsVisibly(before: KeptDeviceRecord, after: KeptDeviceRecord): boolean {
  const { resilience: a } = before;
  const { resilience: b } = after;
  return (
    a.breaker !== b.breaker ||
    a.openedAtMs !== b.openedAtMs ||
    a.lastBreakerOpenAtMs !== b.lastBreakerOpenAtMs ||
    before.lastRecycleAtMs !== after.lastRecycleAtMs
  );
}

/** Asked of every device once a second. */
export function differsAtAll(before: KeptDeviceRecord, after: KeptDeviceRecord): boolean {
  const { resilience: a, ...restBefore } = before;
  const { resilience: b, ...restAfter } = after;
  return differ(a, b) || differ(restBefore, restAfter);
}

function differ<Flat extends object>(a: Flat, b: Flat): boolean {
  return (Object.keys(a) as (keyof Flat)[]).some((field) => a[field] !== b[field]);
}

function isRecord(value: unknown): value is KeptDeviceRecord {
  const entry = value as Partial<KeptDeviceRecord> | null;
  return (
    typeof entry?.configHash === 'string' &&
    isCount(entry.overruns) &&
    isTime(entry.lastRecycleAtMs) &&
    isResilience(entry.resilience)
  );
}

function isResilience(value: unknown): value is DeviceResilienceState {
  const state = value as Partial<DeviceResilienceState> | null | undefined;
  return (
    (state?.breaker === 'closed' || state?.breaker === 'open') &&
    [state.openedAtMs, state.probeIntervalMs, state.lastBreakerOpenAtMs].every(isTime) &&
    [state.openings, state.consecutiveFailures, state.retries, state.lateReplies].every(isCount)
  );
}

const isCount = (value: unknown): boolean => typeof value === 'number' && Number.isFinite(value) && value >= 0;
const isTime = (value: unknown): boolean => value === null || isCount(value);
