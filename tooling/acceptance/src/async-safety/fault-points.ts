import { callSite } from './call-site.js';
import { explode } from './explode.js';
import type { SiteRequest, Site } from './site.js';

export type CalledListener = (this: unknown, ...args: unknown[]) => unknown;

interface CountedSite extends Site {
  hits: number;
  faults: number;
}

/** Every site that handed out a callback so far, and the one whose next callback goes wrong. */
export class FaultPoints {
  readonly #sites = new Map<string, CountedSite>();
  #armed: SiteRequest['arm'];

  get sites(): readonly Site[] {
    return [...this.#sites.values()];
  }

  arm(fault: SiteRequest['arm']): void {
    this.#armed = fault;
  }

  /** The callback with the fault point before it; itself when it was not our code that handed it out. See `callSite`. */
  guard(kind: string, callback: CalledListener, through?: RegExp): CalledListener {
    const place = callSite(through);
    if (place === undefined) return callback;
    const site = this.#siteOf(kind, place);
    const call = (self: unknown, args: unknown[]): unknown =>
      this.#call(site, () => Reflect.apply(callback, self, args));
    return function (this: unknown, ...args: unknown[]): unknown {
      return call(this, args);
    };
  }

  #siteOf(kind: string, place: string): CountedSite {
    const key = `${kind} ${place}`;
    const known = this.#sites.get(key);
    if (known) return known;
    const site: CountedSite = { key, kind, hits: 0, faults: 0 };
    this.#sites.set(key, site);
    return site;
  }

  #call(site: CountedSite, work: () => unknown): unknown {
    site.hits += 1;
    const fault = this.#armed;
    if (fault?.key !== site.key) return work();
    this.#armed = undefined;
    site.faults += 1;
    const error = new Error(fault.message);
    if (fault.mode === 'throw') return explode(work, error);
    work();
    return Promise.reject(error);
  }
}
