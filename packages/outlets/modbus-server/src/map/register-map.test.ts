import { parseDataType } from '@fieldwarden/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { modbusServerSettings } from '../settings.js';
import type { MappedTag } from './map-entry.js';
import { compileRegisterMap } from './register-map.js';

const tagOf = (type: string): (() => MappedTag) => {
  const tag = { handle: 1, type: parseDataType(type)!, access: 'read-write' as const };
  return () => tag;
};

function compile(map: readonly object[], type = 'uint16') {
  return compileRegisterMap(modbusServerSettings.parse({ units: [{ map }] }).units[0], tagOf(type));
}

describe('the map of a unit', () => {
  it('is in the order of the addresses, whatever that of the rows', () => {
    const { areas } = compile([
      { path: 'b', address: 'HR9' },
      { path: 'a', address: 'HR3' },
      { path: 'c', address: 'IR5' },
    ]);
    expect(areas['holding-register'].cells.map(({ start }) => start)).toEqual([3, 9]);
    expect(areas['input-register'].cells.map(({ start }) => start)).toEqual([5]);
  });

  it('keeps bits of the same registers together', () => {
    const rows = ['HR4.8', 'HR4.0', 'HR5.0', 'HR3.15'].map((address) => ({ path: address, address }));
    const { areas, findings } = compile(rows, 'bool');
    const cells = areas['holding-register'].cells.map(({ start, count, entries }) => [
      start,
      count,
      entries.map(({ path }) => path),
    ]);
    expect(findings).toEqual([]);
    expect(cells).toEqual([
      [3, 1, ['HR3.15']],
      [4, 1, ['HR4.0', 'HR4.8']],
      [5, 1, ['HR5.0']],
    ]);
  });

  it('leaves out what overlaps, and says which two', () => {
    const { areas, findings } = compile(
      [
        { path: 'a', address: 'HR2' },
        { path: 'b', address: 'HR1' },
      ],
      'float32',
    );
    expect(areas['holding-register'].cells.map(({ start }) => start)).toEqual([1]);
    expect(findings).toMatchObject([{ row: 0, message: 'a at HR2..HR3 overlaps b at HR1..HR2' }]);
  });

  it('keeps the place of a tag that is not there', () => {
    const unit = modbusServerSettings.parse({ units: [{ map: [{ path: 'a', address: 'HR2', dataType: 'float64' }] }] })
      .units[0];
    const [cell] = compileRegisterMap(unit, () => undefined).areas['holding-register'].cells;
    expect(cell).toMatchObject({ start: 2, count: 4, entries: [{ tag: undefined }] });
  });

  it('finds the cell of an address like a search from the start, and has no address twice', () => {
    const rows = fc.array(fc.tuple(fc.nat(60), fc.constantFrom('uint16', 'float32', 'float64', 'int16[5]')), {
      maxLength: 20,
    });
    fc.assert(
      fc.property(rows, fc.nat(80), (written, address) => {
        const map = written.map(([start, dataType], i) => ({ path: String(i), address: `HR${start}`, dataType }));
        const unit = modbusServerSettings.parse({ units: [{ map }] }).units[0];
        const { areas, findings } = compileRegisterMap(unit, (path) => tagOf(written[Number(path)][1])());
        const { cells } = areas['holding-register'];
        const searched = cells.findIndex(({ start, count }) => start + count > address);
        expect(areas['holding-register'].firstBehind(address)).toBe(searched < 0 ? cells.length : searched);
        cells.slice(1).forEach(({ start }, i) => expect(start).toBeGreaterThanOrEqual(cells[i].start + cells[i].count));
        expect(cells.length + findings.length).toBe(written.length);
      }),
    );
  });
});
