/**
 * How large a document may be, by any road. A plant of 100,000 tags is up to 15 MB with a million values, and one of 500,000 is the largest
 * that is measured; what is beyond these is none, and is refused before anybody checks it (§7.1).
 */
export const documentBudget = {
  /** Of the text, inflated. */
  bytes: 80 * 1024 * 1024,
  /** Scalars, lists and groups. */
  values: 6_000_000,
  /** Of text that is no JSON: each takes almost a kilobyte while it is parsed. */
  yamlValues: 1_500_000,
  /** Of lists and groups. A document needs 8 levels, options may have 64. */
  depth: 100,
  drivers: 1_000,
  devices: 20_000,
  tags: 600_000,
  services: 100,
} as const;
