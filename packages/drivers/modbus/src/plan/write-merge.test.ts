import type { TagValue } from '@fieldwarden/core';
import type { WriteItem } from '@fieldwarden/driver';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { modbusDeviceOptions } from '../device-options.js';
import { planWrites } from './write-plan.js';
import type { WriteLimits, WriteStep } from './write-step.js';

const options = modbusDeviceOptions.parse({});
const limits: WriteLimits = { maxRegisters: 123, maxBits: 1968 };

function word(register: number, value: number): WriteItem {
  return { point: { path: 'w', address: `HR${register}`, type: { scalar: 'uint16' } }, value };
}

function coil(address: number, value: TagValue): WriteItem {
  return { point: { path: 'c', address: `C${address}`, type: { scalar: 'bool' } }, value };
}

function long(register: number, value: number): WriteItem {
  return { point: { path: 'l', address: `HR${register}`, type: { scalar: 'uint32' } }, value };
}

function bit(register: number, position: number, value: boolean): WriteItem {
  return { point: { path: 'b', address: `HR${register}.${position}`, type: { scalar: 'bool' } }, value };
}

function shown(steps: readonly WriteStep[]): string[] {
  return steps.map((step) => {
    const what =
      step.kind === 'coils'
        ? step.states.map(Number).join('')
        : step.kind === 'mask'
          ? 'mask'
          : step.bytes.toString('hex');
    return `${step.start}: ${what} for ${step.items.join()}`;
  });
}

function planned(...items: WriteItem[]): string[] {
  return shown(planWrites(items, options, limits).steps);
}

describe('writes of one call (§9.1)', () => {
  it('travel in blocks, wherever in the list the neighbours stand', () => {
    expect(planned(word(12, 3), word(10, 1), word(11, 2))).toEqual(['10: 000100020003 for 0,1,2']);
    expect(planned(coil(1, true), coil(0, false))).toEqual(['0: 01 for 0,1']);
  });

  it('take the place of the first item of their block', () => {
    expect(planned(word(10, 1), word(50, 9), word(11, 2))).toEqual(['10: 00010002 for 0,2', '50: 0009 for 1']);
  });

  it('keep their order where they touch the same address', () => {
    expect(planned(word(10, 1), word(10, 2))).toEqual(['10: 0001 for 0', '10: 0002 for 1']);
    expect(planned(long(10, 0x0001_0002), word(11, 7))).toEqual(['10: 00010002 for 0', '11: 0007 for 1']);
  });

  it('are not moved past another kind', () => {
    expect(planned(word(10, 1), coil(0, true), word(11, 2))).toEqual([
      '10: 0001 for 0',
      '0: 1 for 1',
      '11: 0002 for 2',
    ]);
    expect(planned(word(10, 1), bit(10, 3, true), word(11, 2))).toHaveLength(3);
  });

  it('change the bits of one register together', () => {
    expect(planned(bit(5, 1, true), bit(6, 2, true), bit(5, 3, false))).toEqual(['5: mask for 0,2', '6: mask for 1']);
  });

  it('go out one by one when coalesceWrites is off', () => {
    const items = [word(10, 1), word(11, 2), bit(5, 1, true), bit(5, 2, true), coil(0, true), coil(1, true)];
    const { steps } = planWrites(items, modbusDeviceOptions.parse({ coalesceWrites: false }), limits);
    expect(steps.map((step) => step.items)).toEqual([[0], [1], [2], [3], [4], [5]]);
  });

  it('leave the device as one write after the other would, in no more requests and within the limits', () => {
    const anyItem = fc.oneof(
      fc.record({ at: fc.nat(12), value: fc.nat(0xffff) }).map(({ at, value }) => word(at, value)),
      fc.record({ at: fc.nat(12), value: fc.nat(0xffff_ffff) }).map(({ at, value }) => long(at, value)),
      fc
        .record({ at: fc.nat(12), position: fc.nat(15), value: fc.boolean() })
        .map((one) => bit(one.at, one.position, one.value)),
      fc.record({ at: fc.nat(12), value: fc.boolean() }).map(({ at, value }) => coil(at, value)),
    );
    const few: WriteLimits = { maxRegisters: 4, maxBits: 3 };
    fc.assert(
      fc.property(fc.array(anyItem, { maxLength: 20 }), (items) => {
        const together = planWrites(items, options, few).steps;
        const single = planWrites(items, modbusDeviceOptions.parse({ coalesceWrites: false }), few).steps;
        expect(memoryAfter(together)).toEqual(memoryAfter(single));
        expect(together.length).toBeLessThanOrEqual(single.length);
        expect(together.flatMap((step) => step.items).sort((a, b) => a - b)).toEqual(
          [...new Set(single.flatMap((step) => step.items))].sort((a, b) => a - b),
        );
        for (const step of together) {
          if (step.kind === 'registers') expect(step.bytes.length / 2).toBeLessThanOrEqual(few.maxRegisters);
          if (step.kind === 'coils') expect(step.states.length).toBeLessThanOrEqual(few.maxBits);
          if (step.mergedFrom) expect(memoryAfter(step.mergedFrom)).toEqual(memoryAfter([step]));
        }
      }),
      { numRuns: 1000 },
    );
  });
});

/** What a device that begins with 0x5555 everywhere holds after these requests. */
function memoryAfter(steps: readonly WriteStep[]): Record<string, number> {
  const memory: Record<string, number> = {};
  for (const step of steps) {
    if (step.kind === 'coils') step.states.forEach((state, i) => (memory[`C${step.start + i}`] = Number(state)));
    else if (step.kind === 'mask') {
      const before = memory[`HR${step.start}`] ?? 0x5555;
      memory[`HR${step.start}`] = (before & step.andMask) | (step.orMask & ~step.andMask & 0xffff);
    } else
      for (let i = 0; i < step.bytes.length / 2; i++) memory[`HR${step.start + i}`] = step.bytes.readUInt16BE(2 * i);
  }
  return memory;
}
