import type { ReadJob } from '../plan/plan.js';

/** One byte of the bit memory, which every CPU has; even a refusal of it proves that the CPU answers. */
export const probeJob: ReadJob = {
  items: [{ block: { area: 'M', db: 0, start: 0, byteLength: 1, points: [] }, start: 0, byteLength: 1 }],
};

/** What to ask a CPU for in order to see whether it is there: what it answered last and the bit memory, in turn. */
export class VitalJob {
  #known: ReadJob | undefined;
  /** Scans in a row that ended without an answer. */
  #unanswered = 0;

  get isDoubtful(): boolean {
    return this.#unanswered > 0;
  }

  get candidate(): ReadJob {
    return this.#unanswered % 2 === 0 ? (this.#known ?? probeJob) : probeJob;
  }

  answered(job: ReadJob): void {
    this.#unanswered = 0;
    this.#known = job;
  }

  unanswered(): void {
    this.#unanswered++;
  }
}
