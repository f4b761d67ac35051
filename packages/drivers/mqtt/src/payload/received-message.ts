import { LookupTables } from '../address/json-path.js';
import { undecodable, type Unfit } from './unfit.js';

/** A message on its way to tags: taken apart at most once in each way, however many tags it has. */
export class ReceivedMessage {
  readonly topic: string;
  readonly payload: Uint8Array;
  /** The broker kept it: nobody knows how old it is. */
  readonly isRetained: boolean;
  /** ms since 1970 UTC. */
  readonly arrivedAtMs: number;
  readonly lookups = new LookupTables();
  #text: string | Unfit | undefined;
  #json: { readonly value: unknown } | undefined;
  #exactJson: { readonly value: unknown } | undefined;

  constructor(topic: string, payload: Uint8Array, isRetained: boolean, arrivedAtMs: number) {
    this.topic = topic;
    this.payload = payload;
    this.isRetained = isRetained;
    this.arrivedAtMs = arrivedAtMs;
  }

  /** Unfit where the bytes are no UTF-8. */
  get text(): string | Unfit {
    return (this.#text ??= textOf(this.payload));
  }

  /** `exact`: whole numbers beyond 2^53 as bigint, which costs a call for each value in the payload. */
  json(exact: boolean): unknown {
    if (exact) return (this.#exactJson ??= { value: jsonOf(this.text, exactWhole) }).value;
    return (this.#json ??= { value: jsonOf(this.text) }).value;
  }
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

function textOf(bytes: Uint8Array): string | Unfit {
  try {
    return utf8.decode(bytes);
  } catch {
    return undecodable;
  }
}

type Reviver = (key: string, value: unknown, context?: { readonly source?: string }) => unknown;

function jsonOf(text: string | Unfit, reviver?: Reviver): unknown {
  if (typeof text !== 'string') return text;
  try {
    return JSON.parse(text, reviver) as unknown;
  } catch {
    return undecodable;
  }
}

/** Proposal "JSON.parse source text access" (ES2026): the digits as they were written. */
const exactWhole: Reviver = (_key, value, context) => {
  const isRounded = typeof value === 'number' && Number.isInteger(value) && !Number.isSafeInteger(value);
  return isRounded && context?.source !== undefined && /^-?\d+$/.test(context.source) ? BigInt(context.source) : value;
};
