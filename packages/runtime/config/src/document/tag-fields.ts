import type { PlantTag } from '@fieldwarden/gateway-contract';

/** What a field of a tag costs, and where people see it. */
export interface TagField {
  /** A change of it makes the read plans of its scan classes anew. */
  readonly newPlan: boolean;
  /** What was read before a change of it does not count after. */
  readonly valueStale: boolean;
  /** The field of a `TagRow` of the Admin API that shows it; null: it is not shown there. */
  readonly row: string | null;
  /** Its columns in a table of tags, with what stands in a cell; none for what is derived. */
  readonly columns: readonly (readonly [name: string, kind: CellKind])[];
}

/** `values`: a number, a text, or a list of these as JSON; `group`: fields as JSON. */
export type CellKind = 'text' | 'number' | 'flag' | 'values' | 'group';

const quiet = { newPlan: false, valueStale: false, row: null } as const;

/** The one table of the fields of a tag. A new field of `PlantTag` does not compile without its row here. */
export const tagFields: Readonly<Record<keyof PlantTag, TagField>> = {
  path: { ...quiet, row: 'path', columns: [['path', 'text']] },
  address: { newPlan: true, valueStale: true, row: null, columns: [['address', 'text']] },
  type: { newPlan: true, valueStale: true, row: 'dataType', columns: [['dataType', 'text']] },
  scanMs: { ...quiet, newPlan: true, columns: [['scanMs', 'number']] },
  access: { ...quiet, row: 'access', columns: [['access', 'text']] },
  unit: { ...quiet, row: 'unit', columns: [['unit', 'text']] },
  description: { ...quiet, row: 'description', columns: [['description', 'text']] },
  limits: { ...quiet, columns: [['limits.min', 'number'], ['limits.max', 'number']] },
  scaling: {
    ...quiet,
    valueStale: true,
    columns: [
      ['scaling.gain', 'number'], ['scaling.offset', 'number'],
      ['scaling.rawLow', 'number'], ['scaling.rawHigh', 'number'], ['scaling.low', 'number'], ['scaling.high', 'number'], ['scaling.clamp', 'flag'],
    ],
  },
  notAvailable: { newPlan: true, valueStale: true, row: null, columns: [['notAvailable', 'values']] }, // the driver may not hold it back as within a deadband
  deadband: { ...quiet, columns: [['deadband.absolute', 'number'], ['deadband.percent', 'number']] },
  range: { ...quiet, columns: [] }, // from the scaling or the limits
  writeIdempotent: { ...quiet, columns: [['writeIdempotent', 'flag']] },
  writeNonFinite: { ...quiet, columns: [['writeNonFinite', 'flag']] },
  verify: { ...quiet, columns: [['verify', 'flag']] },
  publish: { ...quiet, columns: [['publish', 'flag']] },
  history: {
    ...quiet,
    columns: [['history', 'flag'], ['history.deadband', 'number'], ['history.maxIntervalMs', 'number'], ['history.stepped', 'flag']],
  },
  options: { newPlan: true, valueStale: true, row: null, columns: [['options', 'group']] },
}; // prettier-ignore
