/** How the next callback of a site goes wrong: it throws in the middle of its work, or it hands back a promise that rejects. */
export type FaultMode = 'throw' | 'reject';

/** A place in our code that hands a callback to Node: a timer, a microtask, an event. */
export interface Site {
  /** `<kind> <built file>:<line>:<column>`, the file relative to the root of the tree. */
  readonly key: string;
  /** `setTimeout`, `on('data')`, … */
  readonly kind: string;
  /** How often one of its callbacks was called. */
  readonly hits: number;
  /** How many faults were injected here. */
  readonly faults: number;
}

/** What the process under test is asked over its control socket, one JSON object a line, each answered with a `SitesAnswer`. */
export interface SiteRequest {
  /** Makes the next callback of this site go wrong. */
  readonly arm?: { readonly key: string; readonly mode: FaultMode; readonly message: string };
  /** Nothing is armed any more. */
  readonly disarm?: true;
}

export interface SitesAnswer {
  readonly sites: readonly Site[];
}
