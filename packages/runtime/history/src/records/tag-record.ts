import { formatDataType, parseDataType, type DataType } from '@fieldwarden/core';

/** A tag as the files know it. Another type is another tag of the same path. */
export interface KeptTag {
  readonly id: number;
  readonly path: string;
  readonly type: DataType;
  readonly stepped: boolean;
}

export function encodeTag({ path, type, stepped }: KeptTag): Buffer {
  return Buffer.from(JSON.stringify({ path, type: formatDataType(type), stepped }));
}

/** Undefined for what is none. */
export function decodeTag(id: number, content: Buffer): KeptTag | undefined {
  const read = JSON.parse(content.toString()) as {
    readonly path: string;
    readonly type: string;
    readonly stepped: boolean;
  };
  const type = parseDataType(read.type);
  return type && { id, path: read.path, type, stepped: read.stepped };
}
