import type { PlantTag } from '@fieldwarden/gateway-contract';

/** A tag that the settings of a service bring (SPEC §17). To everyone else it is a tag of the plant like those of devices. */
export interface ServiceTag extends Pick<
  PlantTag,
  'path' | 'type' | 'access' | 'unit' | 'description' | 'limits' | 'range' | 'writeNonFinite' | 'publish'
> {
  /** Where people see from what it comes: the expression of a calculated tag; else empty. */
  readonly address: string;
  /** Where its path stands, from the settings down: `['tags', 3, 'path']`. */
  readonly place: readonly (string | number)[];
}
