import { statusCodes } from '@fieldwarden/core';
import { describe, expect, it } from 'vitest';
import { pieceOfBlock, pieceOfColumn, sourceOfPieces, type BlockSource } from '../reading/block-source.js';
import { encodeBlock } from '../block/block-codec.js';
import type { HistoryColumn } from '../block/history-column.js';
import { annexSets, annexTables, noonMs, type AnnexSet, type AnnexTable } from '../testing/annex-a.js';
import { splitColumn } from '../testing/split-column.js';
import { historianBits } from './aggregate-status.js';
import { processedPage } from './processed-page.js';

/** As the annex writes it: `22.5 Good C P`. */
interface Answer {
  readonly time: string;
  readonly value: number | null;
  readonly status: string;
}

const bitNames = {
  C: historianBits.calculated,
  I: historianBits.interpolated,
  P: historianBits.partial,
  MV: historianBits.multiValue,
};

function expected(table: AnnexTable, set: number): Answer[] {
  const lines = table.rows
    .trim()
    .split('\n')
    .map((line) => line.split('|').map((cell) => cell.trim()));
  return lines.map((cells) => {
    const words = cells[set + 1].split(' ');
    const hasValue = !(words[0] in statusCodes && (words.length === 1 || !(words[1] in statusCodes)));
    const value = hasValue ? valueOf(words[0]) : null;
    return { time: cells[0], value, status: words.slice(hasValue ? 1 : 0).join(' ') };
  });
}

/** Worst quality is a status. */
function valueOf(word: string): number {
  return word in statusCodes ? statusCodes[word as keyof typeof statusCodes] : Number(word);
}

function answered({ aggregate, intervalMs }: AnnexTable, source: BlockSource, { configuration }: AnnexSet): Answer[] {
  const request = { aggregate, fromMs: noonMs, toMs: noonMs + 100_000, intervalMs, limit: 1_000 };
  const { timesMs, statuses, values } = processedPage(source, request, configuration);
  return Array.from(timesMs, (timeMs, row) => {
    const value = Number(values[row]);
    return {
      time: new Date(timeMs).toISOString().slice(14, 19),
      value: Number.isNaN(value) ? null : Number(value.toFixed(4)),
      status: statusText(statuses[row]),
    };
  });
}

function statusText(status: number): string {
  const code = (status & 0xffff0000) >>> 0;
  const name = Object.entries(statusCodes).find(([, known]) => known === code)?.[0];
  const location = status & 3;
  const bits = Object.entries(bitNames).filter(([word, bit]) =>
    word === 'C' || word === 'I' ? location === (bit & 3) : (status & bit & 0x1c) !== 0,
  );
  expect((status & 0x400) !== 0, `info type of ${status.toString(16)}`).toBe(bits.length > 0);
  return [name, ...bits.map(([word]) => word)].join(' ');
}

/** Ways in which a store may keep the same values. */
const ways: readonly (readonly [string, (column: HistoryColumn) => BlockSource])[] = [
  ['one block', (column) => sourceOfPieces(column.type, [pieceOfBlock(encodeBlock(column))])],
  ['a piece for each value', (column) => sourceOfPieces(column.type, splitColumn(column, 1).map(pieceOfColumn))],
  [
    'blocks of three',
    (column) =>
      sourceOfPieces(
        column.type,
        splitColumn(column, 3).map((c) => pieceOfBlock(encodeBlock(c))),
      ),
  ],
  [
    'pieces that are before and after the range',
    (column) => {
      const pieces = splitColumn(column, 2).map(pieceOfColumn);
      return { type: column.type, pieces: [], earlier: () => [], later: () => pieces };
    },
  ],
];

describe('Annex A of OPC 10000-13 (§8.4)', () => {
  const cases = annexTables.flatMap((table) =>
    annexSets
      .map((set, at) => ({ table, set, at, aggregate: table.aggregate, name: set.name }))
      .filter(({ at }) => table.rows.trim().split('\n')[0].split('|').length > at + 1),
  );

  it.each(cases)('$aggregate of $name', ({ table, set, at }) => {
    for (const [way, source] of ways)
      expect(answered(table, source(set.column), set), way).toEqual(expected(table, at));
  });
});
