import { GatewayError, type DataType, type ScalarType } from '@fieldwarden/core';

const numbers: readonly ScalarType[] = ['int8', 'int16', 'int32', 'uint8', 'uint16', 'uint32', 'float32', 'float64'];

/** Data types that a tag at each address may have. Numbers that do not fit the type start again at 0. */
const typesByAddress = {
  counter: numbers,
  command: ['string'],
  value: ['bool', 'string', 'int64', 'uint64', ...numbers],
  pid: ['int32', 'uint32', 'float64'],
  heldBytes: ['float64'],
} as const satisfies Readonly<Record<string, readonly ScalarType[]>>;

export type ChaosAddress = keyof typeof typesByAddress;

export const chaosAddresses = Object.keys(typesByAddress) as readonly ChaosAddress[];

export const writableAddresses: readonly ChaosAddress[] = ['command', 'value'];

/** Throws kind `config`: `CHAOS_ADDRESS` for a text that is none, `CHAOS_TYPE` for a tag type that the address cannot give. */
export function parseChaosAddress(text: string, { scalar, arrayLength }: DataType): ChaosAddress {
  const address = chaosAddresses.find((each) => each === text.trim());
  if (!address) throw refusal('CHAOS_ADDRESS', `${JSON.stringify(text)} is none of ${chaosAddresses.join(', ')}`);
  const types: readonly ScalarType[] = typesByAddress[address];
  if (arrayLength !== undefined || !types.includes(scalar)) {
    throw refusal('CHAOS_TYPE', `${address} can be ${types.join(', ')}`);
  }
  return address;
}

function refusal(code: string, message: string): GatewayError {
  return new GatewayError({ code, kind: 'config', message });
}
