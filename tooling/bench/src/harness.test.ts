import { describe, expect, it } from 'vitest';
import type { Benchmark } from './benchmark.js';
import { benchmarks } from './benchmarks/index.js';
import { runBenchmarks } from './harness.js';
import { formatNumber } from './report.js';

const latency: Benchmark = {
  name: 'latency',
  title: 'how long it takes',
  run: ({ quick }) =>
    Promise.resolve([
      { metric: 'p50', value: quick ? 50 : 80, unit: 'µs', target: { atMost: 60 }, peer: { name: 'other', value: 40 } },
      { metric: 'calls', value: 12_345.6, unit: 'calls/s', target: { atLeast: 10_000 } },
    ]),
};

const broken: Benchmark = {
  name: 'broken',
  title: 'cannot be measured',
  run: () => Promise.reject(new Error('no such device')),
};

async function run(...args: string[]): Promise<{ code: number; results: string[]; notices: string }> {
  const results: string[] = [];
  const notices: string[] = [];
  const output = { result: (text: string) => results.push(text), notice: (text: string) => notices.push(text) };
  const code = await runBenchmarks(args, [latency, broken], output);
  return { code, results, notices: notices.join('\n') };
}

describe('the benchmark harness', () => {
  it('prints a table that says which targets were reached and how a peer compares', async () => {
    const { code, results } = await run('latency');
    expect(code).toBe(0);
    const [title, , p50, calls] = results[0].split('\n').map((line) => line.trim().replace(/ {2,}/g, ' | '));
    expect(title).toBe('latency: how long it takes');
    expect(p50).toBe('p50 | 80 | µs | ≤ 60 | MISSED | other 40 | 2.00');
    expect(calls).toBe('calls | 12,346 | calls/s | ≥ 10,000 | reached');
  });

  it('prints one JSON object for a script', async () => {
    const { results } = await run('latency', '--json', '--quick');
    const report: unknown = JSON.parse(results.join(''));
    expect(report).toMatchObject({
      schema: 'fieldwarden/bench@1',
      name: 'latency',
      machine: { node: process.versions.node },
      results: [
        { metric: 'p50', value: 50, unit: 'µs', target: '<= 60', peer: { name: 'other', value: 40 }, ratio: 1.25 },
        { metric: 'calls', value: 12_345.6, unit: 'calls/s', target: '>= 10000' },
      ],
    });
  });

  it('answers an unknown name with the list of names', async () => {
    const { code, notices } = await run('latencyy');
    expect(code).toBe(2);
    expect(notices).toContain('no benchmark latencyy');
    expect(notices).toContain('how long it takes');
  });

  it('answers an unknown flag with the usage', async () => {
    const { code, notices } = await run('--fast');
    expect(code).toBe(2);
    expect(notices).toContain('usage:');
  });

  it('goes on after a benchmark that failed, and fails in the end', async () => {
    const { code, results, notices } = await run('broken', 'latency');
    expect(code).toBe(1);
    expect(results).toHaveLength(1);
    expect(notices).toContain('no such device');
  });

  it('runs all benchmarks when none is named', async () => {
    const { results, notices } = await run();
    expect(results).toHaveLength(1);
    expect(notices).toContain('broken could not be measured');
  });
});

describe('the registered benchmarks', () => {
  it('have names of their own', () => {
    expect(new Set(benchmarks.map(({ name }) => name)).size).toBe(benchmarks.length);
  });
});

describe('a number in the table', () => {
  it.each([
    [0.123456, '0.123'],
    [42, '42'],
    [999.4, '999'],
    [1_234_567.8, '1,234,568'],
    [Number.NaN, 'NaN'],
  ])('%d reads as %s', (value, text) => {
    expect(formatNumber(value)).toBe(text);
  });
});
