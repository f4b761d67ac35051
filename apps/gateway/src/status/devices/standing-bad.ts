import type { HostRow } from '@fieldwarden/admin-contract';

/** One block that was lost is over with the next scan; what lasts so long is more than that. */
export const standingAfterMs = 10_000;

interface Bad {
  /** ms since 1970 UTC. */
  readonly sinceMs: number;
  readonly stands: boolean;
}

/** Which devices have had Bad tags for a while although they answer, and since when. */
export class StandingBadTags {
  /** By driver, by device. */
  readonly #bad = new Map<string, ReadonlyMap<string, Bad>>();

  /** Null: at the last look there were none, or not for long. */
  sinceMs(driverId: string, device: string): number | null {
    const bad = this.#bad.get(driverId)?.get(device);
    return bad?.stands ? bad.sinceMs : null;
  }

  /** `rows`: of all devices of the driver, as they are now. */
  see(driverId: string, rows: readonly Pick<HostRow, 'device' | 'tagsBad'>[], nowMs: number): void {
    const before = this.#bad.get(driverId);
    const now = new Map<string, Bad>();
    for (const { device, tagsBad } of rows) {
      if (tagsBad === 0) continue;
      const sinceMs = before?.get(device)?.sinceMs ?? nowMs;
      now.set(device, { sinceMs, stands: nowMs - sinceMs >= standingAfterMs });
    }
    this.#bad.set(driverId, now);
  }

  forget(driverId: string): void {
    this.#bad.delete(driverId);
  }
}
