import { isGood, statusCodes, type DataType, type StatusCode, type TagValue } from '@fieldwarden/core';
import type { Selector } from '../address/address.js';
import { parseJsonPath, valueAt, type JsonPath } from '../address/json-path.js';
import type { MqttTagOptions } from '../tag-options.js';
import { statusOfQuality } from './payload-quality.js';
import { timeMsOf } from './payload-time.js';
import type { ReceivedMessage } from './received-message.js';
import { typedValue } from './typed-value.js';
import { nothingThere, Unfit } from './unfit.js';

/** What a message says of a tag. */
export interface Reading {
  /** Undefined with a Bad status. */
  readonly value: TagValue | undefined;
  readonly status: StatusCode;
  /** ms since 1970 UTC. */
  readonly sourceAtMs: number;
  /** The time is the payload's own. */
  readonly hasOwnTime: boolean;
}

/** Takes the value of one tag out of messages. Never throws: what does not decode is a reading that is Bad, or none. */
export class Decoder {
  readonly #selector: Selector;
  readonly #type: DataType;
  readonly #options: MqttTagOptions;
  readonly #timePath: JsonPath | undefined;
  readonly #qualityPath: JsonPath | undefined;
  readonly #isExact: boolean;

  constructor(selector: Selector, type: DataType, options: MqttTagOptions) {
    const { timePath, qualityPath } = options;
    this.#selector = selector;
    this.#type = type;
    this.#options = options;
    this.#timePath = timePath === undefined ? undefined : parseJsonPath(timePath);
    this.#qualityPath = qualityPath === undefined ? undefined : parseJsonPath(qualityPath);
    // Times in microseconds are whole numbers below 2^53 until the year 2255.
    this.#isExact = type.scalar === 'int64' || type.scalar === 'uint64';
  }

  /** Undefined: the message says nothing of it, and the value stays as it is. */
  read(message: ReceivedMessage): Reading | undefined {
    const found = this.#valueIn(message);
    if (found === nothingThere && this.#options.missing === 'keep') return undefined;
    if (found instanceof Unfit)
      return { value: undefined, status: found.status, sourceAtMs: message.arrivedAtMs, hasOwnTime: false };
    const time = this.#timeIn(message);
    const { status, value } = this.#judged(message, found, time);
    return { value, status, sourceAtMs: time ?? message.arrivedAtMs, hasOwnTime: time !== undefined };
  }

  #valueIn(message: ReceivedMessage): TagValue | Unfit {
    const options = { decimalComma: this.#options.decimalComma, timeFormat: this.#options.timeFormat };
    switch (this.#selector.kind) {
      case 'json': {
        const json = message.json(this.#isExact);
        if (json instanceof Unfit) return json;
        return typedValue(valueAt(json, this.#selector.path, message.lookups), this.#type, options);
      }
      case 'text':
        return this.#textValue(message, options);
      case 'raw':
        return this.#type.scalar === 'bytes' ? Uint8Array.from(message.payload) : message.text;
      case 'sparkplug':
        return nothingThere;
    }
  }

  /** An empty text is no number and no truth; for a tag of text it is one. */
  #textValue(message: ReceivedMessage, options: Parameters<typeof typedValue>[2]): TagValue | Unfit {
    const { text } = message;
    if (text instanceof Unfit) return text;
    if (this.#type.arrayLength === undefined) return typedValue(text, this.#type, options);
    const json = message.json(this.#isExact);
    return json instanceof Unfit ? json : typedValue(json, this.#type, options);
  }

  #timeIn(message: ReceivedMessage): number | undefined {
    if (this.#timePath === undefined) return undefined;
    const json = message.json(this.#isExact);
    return timeMsOf(valueAt(json, this.#timePath, message.lookups), this.#options.timeFormat);
  }

  #judged(message: ReceivedMessage, value: TagValue, time: number | undefined): Pick<Reading, 'value' | 'status'> {
    const status = this.#qualityIn(message);
    if (!isGood(status)) return { value, status };
    // The plant says that there is a time, and this is none.
    if (this.#timePath !== undefined && time === undefined)
      return { value, status: statusCodes.UncertainConfigurationError };
    if (message.isRetained && time === undefined) return { value, status: statusCodes.UncertainLastUsableValue };
    return { value, status };
  }

  #qualityIn(message: ReceivedMessage): StatusCode {
    if (this.#qualityPath === undefined) return statusCodes.Good;
    const json = message.json(this.#isExact);
    return statusOfQuality(valueAt(json, this.#qualityPath, message.lookups), this.#options.qualityMap);
  }
}
