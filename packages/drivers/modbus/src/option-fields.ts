import { z } from 'zod';

/** Bounds both included. */
type Range = readonly [min: number, max: number];

export function milliseconds(description: string, [min, max]: Range, byDefault: number) {
  return z
    .number()
    .min(min)
    .max(max)
    .default(byDefault)
    .meta({ description, unit: 'ms', examples: [byDefault] });
}

export function optionalMilliseconds(description: string, [min, max]: Range, example: number) {
  return z
    .number()
    .min(min)
    .max(max)
    .optional()
    .meta({ description, unit: 'ms', examples: [example] });
}

export function whole(description: string, unit: string, [min, max]: Range, byDefault: number) {
  return z
    .number()
    .int()
    .min(min)
    .max(max)
    .default(byDefault)
    .meta({ description, unit, examples: [byDefault] });
}

export function optionalWhole(description: string, unit: string, [min, max]: Range, example: number) {
  return z
    .number()
    .int()
    .min(min)
    .max(max)
    .optional()
    .meta({ description, unit, examples: [example] });
}
