import type { ValueStep } from '../address/node-address.js';
import { builtIn, builtInNamed } from './built-in-types.js';
import { fieldNamed, isStructure, shape, type UaVariant } from './ua-value.js';

/**
 * The place in a value that the steps lead to; undefined where there is none: no such field, an index beyond the array, a null on the way.
 */
export function partOfValue(whole: UaVariant, steps: readonly ValueStep[]): UaVariant | undefined {
  let part: UaVariant | undefined = whole;
  for (const step of steps) {
    part = part && ('field' in step ? fieldOf(part, step.field) : elementOf(part, step.index));
    if (part === undefined || part.value === null || part.value === undefined) return undefined;
  }
  return part;
}

function fieldOf({ value, arrayType }: UaVariant, name: string): UaVariant | undefined {
  if (arrayType !== shape.scalar || !isStructure(value)) return undefined;
  const field = fieldNamed(value, name);
  if (!field) return undefined;
  const content = value[field.name];
  return {
    dataType:
      builtInNamed(field.fieldType) ?? typeOfContent(field.isArray ? (content as unknown[] | null)?.[0] : content),
    arrayType: field.isArray ? shape.array : shape.scalar,
    value: content,
  };
}

/** An enumeration is a number, a structure of its own type an object. */
function typeOfContent(content: unknown): number {
  return typeof content === 'number' ? builtIn.Int32 : builtIn.ExtensionObject;
}

function elementOf(
  { value, arrayType, dataType, dimensions }: UaVariant,
  index: readonly number[],
): UaVariant | undefined {
  if (arrayType === shape.scalar) return undefined;
  const elements = value as ArrayLike<unknown> | null;
  const position =
    arrayType === shape.matrix ? flatIndex(index, dimensions ?? []) : index.length === 1 ? index[0] : undefined;
  if (elements === null || position === undefined || position >= elements.length) return undefined;
  return { dataType, arrayType: shape.scalar, value: elements[position] };
}

/** Row by row: the last index runs fastest (OPC 10000-6, 5.2.2.16). */
function flatIndex(index: readonly number[], dimensions: readonly number[]): number | undefined {
  if (index.length !== dimensions.length) return undefined;
  let flat = 0;
  for (const [i, one] of index.entries()) {
    if (one >= dimensions[i]) return undefined;
    flat = flat * dimensions[i] + one;
  }
  return flat;
}
