import { formatTarget, isReached, type Benchmark, type BenchResult } from './benchmark.js';
import type { MeasuredMachine } from './machine.js';

/** The shape that scripts read (`fieldwarden/bench@1`): one object for each benchmark. */
export interface BenchReport {
  readonly schema: 'fieldwarden/bench@1';
  readonly name: string;
  readonly machine: MeasuredMachine;
  readonly results: readonly ReportedResult[];
}

export interface ReportedResult {
  readonly metric: string;
  readonly value: number;
  readonly unit: string;
  /** `<= 100`, `>= 5000000`; null for figures that only inform. */
  readonly target: string | null;
  readonly peer?: { readonly name: string; readonly value: number };
  /** value / peer. */
  readonly ratio?: number;
}

export function toReport({ name }: Benchmark, machine: MeasuredMachine, results: readonly BenchResult[]): BenchReport {
  return { schema: 'fieldwarden/bench@1', name, machine, results: results.map(toReportedResult) };
}

function toReportedResult({ metric, value, unit, target, peer }: BenchResult): ReportedResult {
  return {
    metric,
    value,
    unit,
    target: target ? formatTarget(target) : null,
    ...(peer && { peer, ratio: value / peer.value }),
  };
}

const heading = ['metric', 'value', 'unit', 'target', '', 'peer', 'ratio'] as const;
const alignedRight = new Set([1, 3, 6]);

/** A table for people; a target that was not reached says so. */
export function formatTable({ name, title }: Benchmark, results: readonly BenchResult[]): string {
  const rows = [heading, ...results.map(toCells)];
  const widths = heading.map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  const lines = rows.map((row) => row.map((cell, column) => pad(cell, widths[column], column)).join('  '));
  return [`${name}: ${title}`, ...lines.map((line) => `  ${line.trimEnd()}`)].join('\n');
}

function toCells({ metric, value, unit, target, peer }: BenchResult): readonly string[] {
  return [
    metric,
    formatNumber(value),
    unit,
    target ? formatBound(formatTarget(target)) : '',
    target ? (isReached(value, target) ? 'reached' : 'MISSED') : '',
    peer ? `${peer.name} ${formatNumber(peer.value)}` : '',
    peer ? (value / peer.value).toFixed(2) : '',
  ];
}

function pad(cell: string, width: number, column: number): string {
  return alignedRight.has(column) ? cell.padStart(width) : cell.padEnd(width);
}

function formatBound(target: string): string {
  const [sign, figure] = target.split(' ');
  return `${sign === '<=' ? '≤' : '≥'} ${formatNumber(Number(figure))}`;
}

/** Three significant digits, whole above 1,000, with thousands separators. */
export function formatNumber(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  const options = Math.abs(value) >= 1000 ? { maximumFractionDigits: 0 } : { maximumSignificantDigits: 3 };
  return value.toLocaleString('en-GB', options);
}
