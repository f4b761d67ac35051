/** One difference between two documents. Members of lists are named, not counted: `drivers[packaging].devices[filler].tags[packaging/filler/speed].address`. */
export interface ConfigChange {
  readonly kind: 'added' | 'removed' | 'changed';
  readonly path: string;
  /** As written; null where there was nothing. */
  readonly before: unknown;
  readonly after: unknown;
}

/**
 * What applying does to one driver, or to the gateway itself:
 * `add`, `remove`, `start`, `stop`, `move` (other isolation), `restart` (new session), `devices` (devices come, go or change without a new
 * session), `tags` (tags of one device come, go or change; no reconnect), `settings` (resilience, supervision, stability; nothing stops),
 * `gateway` (logging, services: see the reason).
 */
export const applyActions = [
  'add',
  'remove',
  'start',
  'stop',
  'move',
  'restart',
  'devices',
  'tags',
  'settings',
  'gateway',
] as const;

export type ApplyAction = (typeof applyActions)[number];

/** One step of applying a document to a gateway that runs another (SPEC §7.5), as people read it before and after. */
export interface ApplyStep {
  /** Null for `gateway`. */
  readonly driverId: string | null;
  /** The service that it concerns, if any. */
  readonly serviceId?: string;
  readonly action: ApplyAction;
  /** For people, with what it costs: `endpoint changed: host 10.0.0.5 → 10.0.0.6; reconnects`. */
  readonly reason: string;
  /** Only for `tags` and `devices`. */
  readonly device?: string;
  /** A connection is closed and made again. */
  readonly reconnect: boolean;
}

/** A step that did not come to its end; the others stand. */
export interface ApplyFailure {
  /** Null for the gateway itself and for services. */
  readonly driverId: string | null;
  readonly serviceId?: string;
  readonly message: string;
}

/** Which document a comparison is about: a generation, `draft`, or `document` for one that came with the request; null = nothing was there. */
export type ComparedDocument = number | 'draft' | 'document' | null;

/** What going from one document to another changes, and what applying it does. */
export interface ConfigDifference {
  readonly from: ComparedDocument;
  readonly to: ComparedDocument;
  readonly changes: readonly ConfigChange[];
  /** Changes left off the list because there are more than 10,000. */
  readonly leftOff: number;
  readonly steps: readonly ApplyStep[];
}
