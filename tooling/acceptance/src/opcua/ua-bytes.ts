/** Bytes as OPC UA Binary has them (OPC 10000-6, 5.2): just what the attacks send. */
export class UaBytes {
  #bytes = Buffer.alloc(1_024);
  #length = 0;

  get bytes(): Buffer {
    return this.#bytes.subarray(0, this.#length);
  }

  uint8(value: number): this {
    this.#length = this.#room(1).writeUInt8(value, this.#length);
    return this;
  }

  uint32(value: number): this {
    this.#length = this.#room(4).writeUInt32LE(value, this.#length);
    return this;
  }

  float64(value: number): this {
    this.#length = this.#room(8).writeDoubleLE(value, this.#length);
    return this;
  }

  /** DateTime 0: not told. */
  noTime(): this {
    return this.uint32(0).uint32(0);
  }

  /** A String or a ByteString; null where there is none. */
  text(value: string | Buffer | null): this {
    if (value === null) return this.uint32(0xffff_ffff);
    const bytes = Buffer.from(value);
    return this.uint32(bytes.length).raw(bytes);
  }

  nodeId({ namespace, id }: NodeName): this {
    if (typeof id === 'number') return this.raw(Buffer.from([1, namespace, id & 0xff, id >> 8]));
    return this.raw(Buffer.from([3, namespace, 0])).text(id);
  }

  raw(bytes: Buffer): this {
    this.#length += bytes.copy(this.#room(bytes.length), this.#length);
    return this;
  }

  #room(count: number): Buffer {
    const needed = this.#length + count;
    if (needed > this.#bytes.length) this.#bytes = Buffer.concat([this.#bytes], 2 * needed);
    return this.#bytes;
  }
}

/** A namespace below 256; a number below 65,536 or a path. */
export interface NodeName {
  readonly namespace: number;
  readonly id: number | string;
}

export const noNode: NodeName = { namespace: 0, id: 0 };

/** How many bytes the NodeId at `at` takes (OPC 10000-6, 5.2.2.9). */
export function nodeIdLength(bytes: Buffer, at: number): number {
  switch (bytes[at] & 0x3f) {
    case 0:
      return 2;
    case 1:
      return 4;
    case 2:
      return 7;
    case 4:
      return 19;
    default:
      return 7 + Math.max(0, bytes.readInt32LE(at + 3));
  }
}
