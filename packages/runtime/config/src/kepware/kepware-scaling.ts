import type { KepwareField } from './kepware-tags.js';
import type { TagDocument } from '../document/tag-schema.js';

/** Text of a field, undefined where the tag has none. */
export type KepwareFields = (field: KepwareField) => string | undefined;

/** Linear scaling by two points; undefined for none. Throws a text for people where there is no equivalent. */
export function kepwareScaling(get: KepwareFields): TagDocument['scaling'] {
  const kind = (get('Scaling') ?? 'None').toLowerCase();
  if (['none', '0', ''].includes(kind)) return undefined;
  if (!['linear', '1'].includes(kind)) throw new Error(`scaling ${get('Scaling')} has no equivalent`);
  const sign = isOn(get('Negate Value')) ? -1 : 1;
  const [clampLow, clampHigh] = [isOn(get('Clamp Low')), isOn(get('Clamp High'))];
  if (clampLow !== clampHigh) throw new Error('a clamp at one end only has no equivalent');
  return {
    rawLow: numberOf('Raw Low', get),
    rawHigh: numberOf('Raw High', get),
    low: sign * numberOf('Scaled Low', get) + 0, // never -0
    high: sign * numberOf('Scaled High', get) + 0,
    ...(clampLow && { clamp: true }),
  };
}

function isOn(written: string | undefined): boolean {
  return written !== undefined && ['1', 'true', 'yes'].includes(written.toLowerCase());
}

function numberOf(field: KepwareField, get: KepwareFields): number {
  const written = get(field);
  const value = Number(written);
  if (written === undefined || written === '' || !Number.isFinite(value)) throw new Error(`${field} is no number`);
  return value;
}
