import { z } from 'zod';

interface Range {
  readonly min: number;
  readonly max: number;
}

interface NumberField extends Range {
  /** What the number means, in one sentence without its unit, default and range: those are added. */
  readonly says: string;
  readonly unit?: string;
  /** In words where the default depends on something else. */
  readonly defaultsTo: number | string;
}

/** An optional whole number whose description names unit, default and range, so that the three are never out of date. */
export function wholeNumber({ says, unit, defaultsTo, min, max }: NumberField) {
  const unitText = unit === undefined ? '' : ` Unit: ${unit}.`;
  return z
    .int()
    .min(min)
    .max(max)
    .optional()
    .meta({
      description: `${says}${unitText} Default: ${defaultsTo}. Range: ${min} to ${max}.`,
      ...(typeof defaultsTo === 'number' && { default: defaultsTo }),
      ...(unit !== undefined && { unit }),
    });
}

/** An optional duration in whole milliseconds. */
export function durationMs(says: string, defaultsTo: number | string, range: Range) {
  return wholeNumber({ says, unit: 'ms', defaultsTo, ...range });
}

export function flag(says: string, defaultsTo: boolean) {
  return z
    .boolean()
    .optional()
    .meta({ description: `${says} Default: ${defaultsTo}.`, default: defaultsTo });
}

export function choice<const Values extends readonly [string, ...string[]]>(
  says: string,
  values: Values,
  defaultsTo: Values[number],
) {
  return z
    .enum(values)
    .optional()
    .meta({ description: `${says} One of ${values.join(', ')}. Default: ${defaultsTo}.`, default: defaultsTo });
}

export const minuteMs = 60_000;
export const hourMs = 60 * minuteMs;
export const dayMs = 24 * hourMs;

/** A part that the document may name although nothing in the product reads it yet. The rule `not-yet-supported` keeps it empty. */
export const reserved = z.unknown().optional().describe('Reserved; not supported yet: absent or empty.');
