import type { StabilityCause, StabilityTarget } from '../stability-target.js';

type Facts = {
  -readonly [
    K in keyof StabilityTarget as StabilityTarget[K] extends (...args: never[]) => unknown ? never : K
  ]: StabilityTarget[K];
};

/** A driver whose facts a test sets, and that keeps what was done to it, in words. */
export class FakeTarget implements StabilityTarget, Facts {
  isolation: 'in-process' | 'host' = 'host';
  pid: number | null = 42;
  spawn: number | null = 1;
  readySinceMs: number | null = 0;
  restartedAtMs: number | null = null;
  healthy = true;
  pendingWork = false;
  progress = 0;
  longestIntervalMs = 1_000;
  footprint: () => number | null = () => null;
  onReinitialize: () => Promise<boolean> = () => Promise.resolve(false);
  onRecycle: (cause: StabilityCause) => Promise<void> = () => Promise.resolve();
  readonly done: string[] = [];

  /** Another process has become ready. */
  respawn(atMs: number): void {
    this.spawn = (this.spawn ?? 0) + 1;
    this.pid = (this.pid ?? 0) + 1;
    this.readySinceMs = atMs;
  }

  memoryFootprint(): number | null {
    return this.footprint();
  }

  requestGc(): void {
    this.done.push('request-gc');
  }

  flushCaches(): void {
    this.done.push('flush-caches');
  }

  reinitialize(): Promise<boolean> {
    this.done.push('reinitialize');
    return this.onReinitialize();
  }

  recycle(cause: StabilityCause): Promise<void> {
    this.done.push(`recycle ${cause}`);
    return this.onRecycle(cause);
  }

  fault(reason: string): void {
    this.done.push(`fault: ${reason}`);
  }

  openCrashLoop(reason: string): void {
    this.done.push(`open-crash-loop: ${reason}`);
  }

  recommendPromotion(): void {
    this.done.push('recommend-promotion');
  }

  event(message: string): void {
    this.done.push(`event: ${message}`);
  }

  alarm(message: string): void {
    this.done.push(`alarm: ${message}`);
  }
}
