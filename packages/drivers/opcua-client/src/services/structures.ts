import { messageOf, type Logger } from '@fieldwarden/core';
import type { Link } from '../line/link.js';
import { builtIn } from '../values/built-in-types.js';
import { isStructure, type UaDataValue } from '../values/ua-value.js';

/**
 * Structures that a server defines itself: their definitions are read from it when the first value of each comes, not all of them at each connection, which takes
 * seconds. Never rejects: what is not understood stays a value that no tag can show.
 */
export async function understandStructures(link: Link, values: readonly UaDataValue[], logger?: Logger): Promise<void> {
  const { library, session } = link;
  try {
    await library.getExtraDataTypeManager(session, library.DataTypeExtractStrategy.Lazy);
    await library.promoteOpaqueStructure(session, values as never);
  } catch (error) {
    logger?.debug(`a structure of the server is not understood: ${messageOf(error)}`);
  }
}

/** The values that hold structures which the library could not decode for want of their definition. */
export function unknownStructures(values: readonly UaDataValue[]): readonly UaDataValue[] {
  return values.filter(({ value }) => value?.dataType === builtIn.ExtensionObject && !isUnderstood(value.value));
}

function isUnderstood(value: unknown): boolean {
  if (Array.isArray(value)) return value.every(isUnderstood);
  return value === null || value === undefined || (isStructure(value) && !isOpaque(value));
}

/** Bytes whose meaning nobody has looked up yet, inside of a structure as at its top. */
function isOpaque(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (value.constructor.name === 'OpaqueStructure') return true;
  if (!isStructure(value)) return false;
  return value.schema.fields.some(({ name }) => {
    const content = value[name];
    return Array.isArray(content) ? content.some(isOpaque) : isOpaque(content);
  });
}
