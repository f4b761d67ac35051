/** Why stability asks for a planned restart; death causes of SPEC §4.3. */
export type StabilityCause = 'memory-hard' | 'memory-soft' | 'cron' | 'wedge';

export type EventData = Readonly<Record<string, unknown>>;

/**
 * A driver instance as the stability rules see it and act on it. Implemented by the runtime; read at every sample, so the
 * answers must be cheap. Times are on `clock.monotonicMs()`.
 */
export interface StabilityTarget {
  /** May change at run time, by promotion or demotion. */
  readonly isolation: 'in-process' | 'host';
  /** Of the Host; null in-process and while no process runs. */
  readonly pid: number | null;
  /** Which process of this driver it is; null in-process. */
  readonly spawn: number | null;
  /** Since when the session is ready; null while it is not. A later time means another session. */
  readonly readySinceMs: number | null;
  /** When the driver was last restarted, for whatever reason; null if it runs for the first time: a first start is no restart. */
  readonly restartedAtMs: number | null;
  /** The driver's state is Healthy. */
  readonly healthy: boolean;
  /**
   * Somebody waits for the driver: calls in its bulkheads, monitored items with expected traffic, queued history reads (SPEC
   * §6.4). False for writes alone, and while a debugger is attached to the Host.
   */
  readonly pendingWork: boolean;
  /** A number that changes whenever the driver gets something done. */
  readonly progress: number;
  /** Longest scan or publishing interval of the driver; 0 without any. */
  readonly longestIntervalMs: number;

  /** Bytes that the session says it holds; null if it cannot tell. */
  memoryFootprint(): number | null;
  requestGc(): void;
  flushCaches(): void;
  /** True if the session could and did begin anew; false at once if it has no such ability. */
  reinitialize(): Promise<boolean>;
  /** Hosts only. Settles when the successor is ready or it is clear that there is none; rejects in the latter case. */
  recycle(cause: StabilityCause): Promise<void>;
  /** In-process only: the driver becomes Faulted, until an operator acts. */
  fault(reason: string): void;
  /** Hosts only: the Host goes down and is tried again only now and then, as after too many crashes. */
  openCrashLoop(reason: string): void;
  recommendPromotion(reason: string): void;
  event(message: string, data?: EventData): void;
  alarm(message: string, data?: EventData): void;
}
