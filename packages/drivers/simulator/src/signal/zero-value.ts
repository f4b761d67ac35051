import type { DataType, ScalarValue, TagValue } from '@fieldwarden/core';

/** What a tag of this type holds before anything was written: 0, false, an empty text, 1970. */
export function zeroOf({ scalar, arrayLength }: DataType): TagValue {
  const element = zeroElement(scalar);
  return arrayLength === undefined ? element : new Array<ScalarValue>(arrayLength).fill(element);
}

function zeroElement(scalar: DataType['scalar']): ScalarValue {
  switch (scalar) {
    case 'bool':
      return false;
    case 'string':
      return '';
    case 'bytes':
      return new Uint8Array();
    case 'int64':
    case 'uint64':
      return 0n;
    default:
      return 0;
  }
}
