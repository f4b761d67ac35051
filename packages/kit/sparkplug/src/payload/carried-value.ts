import type { TagValue } from '@fieldwarden/core';
import type { ProtobufReader } from '../protobuf/reader.js';
import type { SparkplugType } from './data-types.js';
import { valueOf } from './decode-value.js';
import { carriers, type Carrier } from './payload.js';

/** The oneof of simple values that properties, parameters and cells share; only the number of its first field differs. */
export class CarriedValue {
  readonly #firstField: number;
  #carrier: Carrier = carriers.none;
  #carried: TagValue | null = null;

  constructor(firstField: number) {
    this.#firstField = firstField;
  }

  /** Reads the field if it belongs to the oneof. */
  read(reader: ProtobufReader, tag: number): boolean {
    switch (tag - (this.#firstField << 3)) {
      case 0x00:
        return this.#take(carriers.int, reader.uint32());
      case 0x08:
        return this.#take(carriers.long, reader.uint64());
      case 0x15:
        return this.#take(carriers.float, reader.float());
      case 0x19:
        return this.#take(carriers.double, reader.double());
      case 0x20:
        return this.#take(carriers.boolean, reader.boolean());
      case 0x2a:
        return this.#take(carriers.string, reader.text());
      default:
        return false;
    }
  }

  /** Null where the sender set no field. Throws `SPARKPLUG_VALUE`. */
  as(type: SparkplugType): TagValue | null {
    return this.#carrier === carriers.none ? null : (valueOf(this.#carrier, this.#carried, type) as TagValue);
  }

  #take(carrier: Carrier, carried: TagValue): true {
    this.#carrier = carrier;
    this.#carried = carried;
    return true;
  }
}
