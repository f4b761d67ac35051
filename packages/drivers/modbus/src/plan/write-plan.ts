import { valueCodec } from '@fieldwarden/codec';
import { GatewayError, isGatewayError, type TagValue } from '@fieldwarden/core';
import type { WriteItem } from '@fieldwarden/driver';
import { parseModbusAddress, readOnly, type ModbusAddress } from '../address/address.js';
import { areaTraits } from '../address/area.js';
import type { ModbusDeviceOptions } from '../device-options.js';
import { mergeSteps } from './write-merge.js';
import { combinedMasks, type MaskStep, type WriteLimits, type WriteStep } from './write-step.js';

export interface WritePlan {
  /** In the order in which they are sent. */
  readonly steps: readonly WriteStep[];
  /** Items that can't be sent, with the reason. */
  readonly refused: ReadonlyMap<number, GatewayError>;
}

/** Modbus Application Protocol V1.1b3, 6.11 and 6.12: a write takes at most 1,968 coils or 123 registers. */
export const protocolWriteLimits: WriteLimits = { maxRegisters: 123, maxBits: 1968 };

/** Items → requests, neighbours in the device together unless `coalesceWrites` is off. Pure. */
export function planWrites(
  items: readonly WriteItem[],
  deviceOptions: ModbusDeviceOptions,
  limits: WriteLimits = protocolWriteLimits,
): WritePlan {
  const refused = new Map<number, GatewayError>();
  const steps: WriteStep[] = [];
  items.forEach((item, index) => {
    const own = stepsOrRefusal(item, index, deviceOptions, limits);
    if (isGatewayError(own)) refused.set(index, own);
    else steps.push(...own);
  });
  return { steps: deviceOptions.coalesceWrites ? mergeSteps(steps, limits) : steps, refused };
}

function stepsOrRefusal(
  { point, value }: WriteItem,
  index: number,
  deviceOptions: ModbusDeviceOptions,
  limits: WriteLimits,
): WriteStep[] | GatewayError {
  try {
    const address = parseModbusAddress(point.address, { type: point.type, deviceOptions });
    if (!areaTraits[address.area].writable) return readOnly(address.text, address.area);
    return stepsOf(address, value, [index], limits);
  } catch (error) {
    if (isGatewayError(error)) return error;
    throw error;
  }
}

function stepsOf(address: ModbusAddress, value: TagValue, items: readonly number[], limits: WriteLimits): WriteStep[] {
  switch (address.form) {
    case 'bits':
      return cut(booleansOf(value, address), limits.maxBits, (states, offset) => ({
        kind: 'coils',
        start: address.start + offset,
        states,
        items,
      }));
    case 'register-bits':
      return maskSteps(address, booleansOf(value, address), items);
    case 'registers':
      return registerSteps(address, value, items, limits);
  }
}

function registerSteps(
  { start, count, type, encoding }: ModbusAddress,
  value: TagValue,
  items: readonly number[],
  { maxRegisters }: WriteLimits,
): WriteStep[] {
  const bytes = Buffer.alloc(2 * count);
  valueCodec(type, encoding).encode(value, bytes, 0);
  const steps: WriteStep[] = [];
  for (let offset = 0; offset < count; offset += maxRegisters) {
    const piece = bytes.subarray(2 * offset, 2 * (offset + maxRegisters));
    steps.push({ kind: 'registers', start: start + offset, bytes: piece, items });
  }
  return steps;
}

function maskSteps(
  { start, bit, encoding }: ModbusAddress,
  states: readonly boolean[],
  items: readonly number[],
): WriteStep[] {
  const steps: MaskStep[] = [];
  states.forEach((state, i) => {
    const position = (bit + i) & 15;
    // with swapped bytes bit 0 stands in the high byte of what travels
    const mask = 1 << (encoding.orders?.order16 === 'BA' ? position ^ 8 : position);
    const one: MaskStep = {
      kind: 'mask',
      start: start + ((bit + i) >> 4),
      andMask: 0xffff & ~mask,
      orMask: state ? mask : 0,
      items,
    };
    const last = steps.at(-1);
    if (last?.start === one.start) steps[steps.length - 1] = { ...one, ...combinedMasks(last, one) };
    else steps.push(one);
  });
  return steps;
}

function cut(
  states: readonly boolean[],
  size: number,
  make: (states: readonly boolean[], offset: number) => WriteStep,
): WriteStep[] {
  const steps: WriteStep[] = [];
  for (let offset = 0; offset < states.length; offset += size) {
    steps.push(make(states.slice(offset, offset + size), offset));
  }
  return steps;
}

function booleansOf(value: TagValue, { type, text }: ModbusAddress): readonly boolean[] {
  const states = Array.isArray(value) ? (value as readonly unknown[]) : [value];
  const fits = Array.isArray(value) === (type.arrayLength !== undefined) && states.length === (type.arrayLength ?? 1);
  if (fits && states.every((state): state is boolean => typeof state === 'boolean')) return states;
  throw new GatewayError({
    code: 'VALUE_TYPE_MISMATCH',
    kind: 'config',
    message: `${String(value)} is not a value for ${text}`,
  });
}
