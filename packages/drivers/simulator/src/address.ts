import {
  formatDataType,
  fromJsonValue,
  GatewayError,
  messageOf,
  statusCodes,
  type DataType,
  type ScalarValue,
  type StatusCode,
  type StatusName,
  type TagValue,
} from '@fieldwarden/core';
import { storedValue } from './signal/stored-value.js';
import type { Wave, WaveShape } from './signal/waveforms.js';
import { zeroOf } from './signal/zero-value.js';

/** What an address text stands for. */
export type SimulatorAddress =
  | { readonly kind: 'wave'; readonly wave: Wave }
  | { readonly kind: 'constant'; readonly value: TagValue }
  | { readonly kind: 'clock' }
  | { readonly kind: 'string'; readonly values: readonly string[]; readonly periodMs: number }
  | { readonly kind: 'memory'; readonly cell: string | undefined; readonly initial: TagValue }
  | {
      readonly kind: 'bad';
      readonly status: StatusCode;
      readonly everyMs: number | undefined;
      readonly value: TagValue;
    };

export type MemoryAddress = Extract<SimulatorAddress, { kind: 'memory' }>;

interface Generator {
  /** Parameters that it takes. */
  readonly parameters: readonly string[];
  parse(parameters: Parameters, type: DataType): SimulatorAddress;
}

/** By the name that an address begins with. */
const generators: Readonly<Record<string, Generator>> = {
  sine: wave('sine', { periodMs: 60_000, amplitude: 25, offset: 50 }),
  ramp: wave('ramp', { periodMs: 60_000, amplitude: 100, offset: 0 }),
  triangle: wave('triangle', { periodMs: 60_000, amplitude: 25, offset: 50 }),
  square: wave('square', { periodMs: 60_000, amplitude: 1, offset: 0 }),
  toggle: wave('square', { periodMs: 2_000, amplitude: 1, offset: 0 }, ['periodMs', 'phase']),
  random: wave('random', { periodMs: 5_000, amplitude: 25, offset: 50 }, ['periodMs', 'amplitude', 'offset', 'seed']),
  counter: wave('counter', { periodMs: 1_000, amplitude: 1, offset: 0 }, ['periodMs', 'step', 'offset', 'modulo']),
  constant: {
    parameters: ['value'],
    parse: (given, type) => ({ kind: 'constant', value: given.value('value', type) }),
  },
  clock: {
    parameters: [],
    parse: (given, type) => given.only(type, ['datetime'], { kind: 'clock' }),
  },
  string: {
    parameters: ['values', 'periodMs'],
    parse: (given, type) => {
      const values = given.text('values', 'alpha,bravo,charlie').split(',');
      return given.only(type, ['string'], { kind: 'string', values, periodMs: given.positive('periodMs', 5_000) });
    },
  },
  memory: {
    parameters: ['initial', 'cell'],
    parse: (given, type) => ({
      kind: 'memory',
      cell: given.optional('cell'),
      initial: given.value('initial', type, zeroOf(type)),
    }),
  },
  bad: {
    parameters: ['status', 'everyMs', 'value'],
    parse: (given, type) => ({
      kind: 'bad',
      status: given.badStatus('status', 'BadDeviceFailure'),
      everyMs: given.optional('everyMs') === undefined ? undefined : given.positive('everyMs', 0),
      value: given.value('value', type, zeroOf(type)),
    }),
  },
};

/** Shapes as they are written, for people who browse. */
export const exampleAddresses: readonly string[] = [
  'sine?periodMs=60000&amplitude=25&offset=50&phase=0',
  'ramp?periodMs=60000&amplitude=100',
  'triangle?periodMs=60000',
  'square?periodMs=10000&amplitude=1',
  'random?periodMs=5000&seed=1',
  'counter?periodMs=1000&step=1',
  'constant?value=42',
  'toggle?periodMs=2000',
  'clock',
  'string?values=idle,running,stopped&periodMs=5000',
  'memory?initial=5',
  'bad?status=BadSensorFailure&everyMs=10000',
];

/**
 * `name?parameter=value&…` → address. Throws kind `config`: `SIMULATOR_ADDRESS` (name or parameters make no sense) or
 * `SIMULATOR_TYPE` (the generator cannot give values of the tag's type).
 */
export function parseSimulatorAddress(text: string, type: DataType): SimulatorAddress {
  const [name, query = '', ...rest] = text.trim().split('?');
  const generator = Object.hasOwn(generators, name) ? generators[name] : undefined;
  if (!generator || rest.length > 0) {
    throw refusal(
      'SIMULATOR_ADDRESS',
      `${quoted(text)} is none of ${Object.keys(generators).join(', ')}, with ?parameter=value`,
    );
  }
  return generator.parse(new Parameters(text, query, generator.parameters), type);
}

interface WaveDefaults {
  readonly periodMs: number;
  readonly amplitude: number;
  readonly offset: number;
}

const numericScalars = [
  'bool', 'int8', 'int16', 'int32', 'int64', 'uint8', 'uint16', 'uint32', 'uint64', 'float32', 'float64',
] as const; // prettier-ignore

function wave(
  shape: WaveShape,
  defaults: WaveDefaults,
  parameters: readonly string[] = ['periodMs', 'amplitude', 'offset', 'phase'],
): Generator {
  return {
    parameters,
    parse: (given, type) =>
      given.only(type, numericScalars, {
        kind: 'wave',
        wave: {
          shape,
          periodMs: given.positive('periodMs', defaults.periodMs),
          amplitude: given.number('amplitude', given.number('step', defaults.amplitude)),
          offset: given.number('offset', defaults.offset),
          phase: given.number('phase', 0),
          seed: given.number('seed', 1),
          modulo: given.optional('modulo') === undefined ? undefined : given.positive('modulo', 0),
        },
      }),
  };
}

/** The part of an address behind the question mark. Every refusal names the address and the parameter. */
class Parameters {
  readonly #text: string;
  readonly #given: URLSearchParams;

  constructor(text: string, query: string, known: readonly string[]) {
    this.#text = text;
    this.#given = new URLSearchParams(query);
    for (const name of this.#given.keys()) {
      const takes = known.length === 0 ? 'no parameters' : known.join(', ');
      if (!known.includes(name)) throw this.#wrong(`has no parameter ${quoted(name)}; it takes ${takes}`);
      if (this.#given.getAll(name).length > 1) throw this.#wrong(`gives ${name} twice`);
    }
  }

  optional(name: string): string | undefined {
    return this.#given.get(name) ?? undefined;
  }

  text(name: string, fallback: string): string {
    return this.optional(name) ?? fallback;
  }

  number(name: string, fallback: number): number {
    const text = this.optional(name);
    if (text === undefined) return fallback;
    const value = text.trim() === '' ? Number.NaN : Number(text);
    if (!Number.isFinite(value)) throw this.#wrong(`needs a number for ${name}, not ${quoted(text)}`);
    return value;
  }

  positive(name: string, fallback: number): number {
    const value = this.number(name, fallback);
    if (value <= 0) throw this.#wrong(`needs more than 0 for ${name}`);
    return value;
  }

  /** An element of the tag's type; in an array, every element is that one. Without a fallback the parameter is required. */
  value(name: string, type: DataType, fallback?: TagValue): TagValue {
    const text = this.optional(name);
    if (text === undefined && fallback !== undefined) return fallback;
    if (text === undefined) throw this.#wrong(`needs ${name}=…`);
    try {
      const element = storedValue(fromJsonValue(text, { scalar: type.scalar }), type) as ScalarValue;
      return type.arrayLength === undefined ? element : new Array<ScalarValue>(type.arrayLength).fill(element);
    } catch (error) {
      throw refusal(
        'SIMULATOR_TYPE',
        `address ${quoted(this.#text)}: ${name} does not fit: ${messageOf(error)}`,
        error,
      );
    }
  }

  badStatus(name: string, fallback: StatusName): StatusCode {
    const given = this.text(name, fallback);
    if (!/^(Bad|Uncertain)/.test(given) || !Object.hasOwn(statusCodes, given)) {
      throw this.#wrong(`needs the name of a Bad or Uncertain OPC UA status code for ${name}, not ${quoted(given)}`);
    }
    return statusCodes[given as StatusName];
  }

  /** `address`, if the tag's type is one of `scalars`. */
  only(type: DataType, scalars: readonly DataType['scalar'][], address: SimulatorAddress): SimulatorAddress {
    if (scalars.includes(type.scalar)) return address;
    throw refusal(
      'SIMULATOR_TYPE',
      `address ${quoted(this.#text)} cannot give a ${formatDataType(type)}; use dataType ${scalars.join(', ')}`,
    );
  }

  #wrong(what: string): GatewayError {
    return refusal('SIMULATOR_ADDRESS', `address ${quoted(this.#text)} ${what}`);
  }
}

function refusal(code: string, message: string, cause?: unknown): GatewayError {
  return new GatewayError({ code, kind: 'config', message, cause });
}

const quoted = (text: string): string => JSON.stringify(text);
