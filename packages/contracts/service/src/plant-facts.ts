import type { TagDefinition } from '@fieldwarden/gateway-contract';

/** What the rules of a service may ask of the document around its section. */
export interface PlantFacts {
  readonly site: string;
  /** Whether files that settings name may be looked at. False: who asks may not configure, and is told nothing of this machine. */
  readonly looksAtFiles: boolean;
  /** A tag of the document that has no error of its own: of a device, or brought by a service. */
  tag(path: string): Pick<TagDefinition, 'path' | 'type' | 'access'> | undefined;
  /** Of all of these, for "did you mean". */
  paths(): Iterable<string>;
  /** Whether any tag lies in an area, a glob over paths. True in a plant that has no tags yet. */
  hasTagIn(area: string): boolean;
}

/** A finding about the settings of one service. */
export interface ServiceFinding {
  /** From the settings down: `['units', 0, 'map', 2, 'path']`. */
  readonly path: readonly (string | number)[];
  /** Stable name of the rule: `modbus-overlap`. */
  readonly rule: string;
  readonly message: string;
  readonly severity: 'error' | 'warning';
}
