import { ValueColumns } from '@fieldwarden/core';
import type { UpdateBatch } from '@fieldwarden/driver';
import { describe, expect, it } from 'vitest';
import { WaitingRows } from './waiting-rows.js';

function batch(changes: readonly (readonly [row: number, value: number | string])[]): UpdateBatch {
  const columns = new ValueColumns(changes.length);
  changes.forEach(([, value], index) => {
    if (typeof value === 'number') columns.setNumber(index, value, 1);
    else columns.setObject(index, value, 1);
  });
  return { length: changes.length, rows: Uint32Array.from(changes, ([row]) => row), columns };
}

const shown = ({ rows, columns }: UpdateBatch): unknown[] =>
  [...rows].map((row, index) => [row, columns.objects?.get(index) ?? columns.values[index]]);

describe('WaitingRows', () => {
  it('gives the newest values back in the order in which their points first changed, in parts', () => {
    const waiting = new WaitingRows(10);
    waiting.merge(
      batch([
        [7, 1],
        [2, 2],
        [5, 3],
      ]),
      0,
    );
    waiting.merge(
      batch([
        [2, 20],
        [9, 4],
      ]),
      0,
    );
    expect([shown(waiting.take(2)), shown(waiting.take(10)), waiting.count]).toEqual([
      [[7, 1], [2, 20]],
      [[5, 3], [9, 4]],
      0,
    ]); // prettier-ignore
  });

  it('counts what was replaced, and takes over only the rest of a batch', () => {
    const waiting = new WaitingRows(10);
    expect(
      waiting.merge(
        batch([
          [1, 1],
          [1, 2],
          [2, 3],
        ]),
        1,
      ),
    ).toBe(0);
    expect(
      waiting.merge(
        batch([
          [1, 4],
          [1, 5],
        ]),
        0,
      ),
    ).toBe(2);
    expect(shown(waiting.take(10))).toEqual([
      [1, 5],
      [2, 3],
    ]);
  });

  it('replaces a string by a number and a number by a string', () => {
    const waiting = new WaitingRows(3);
    waiting.merge(
      batch([
        [0, 'text'],
        [1, 1],
      ]),
      0,
    );
    waiting.merge(
      batch([
        [0, 5],
        [1, 'new'],
      ]),
      0,
    );
    expect(shown(waiting.take(3))).toEqual([
      [0, 5],
      [1, 'new'],
    ]);
  });
});
