import { parseArgs } from 'node:util';
import { messageOf } from '@fieldwarden/core';
import type { Benchmark } from './benchmark.js';
import { describeMachine } from './machine.js';
import { formatTable, toReport } from './report.js';

/** Where the harness writes: results to one, progress and complaints to the other. */
export interface BenchOutput {
  result(text: string): void;
  notice(text: string): void;
}

interface BenchCommand {
  readonly names: readonly string[];
  readonly json: boolean;
  readonly quick: boolean;
}

const usage = 'usage: npm run bench -- [NAME…] [--json] [--quick]';

/**
 * Runs the named benchmarks, or all, one after the other. With `--json` each prints one line, a BenchReport. Returns the exit code: 0
 * measured, 1 a measurement failed, 2 wrong usage. A missed target is no failure: figures depend on the machine and its load.
 */
export async function runBenchmarks(
  args: readonly string[],
  registered: readonly Benchmark[],
  output: BenchOutput,
): Promise<number> {
  const command = parseCommand(args);
  if (typeof command === 'string') return complain(command, registered, output);
  const unknown = command.names.find((name) => !registered.some((benchmark) => benchmark.name === name));
  if (unknown !== undefined) return complain(`there is no benchmark ${unknown}`, registered, output);
  const chosen = registered.filter(({ name }) => command.names.length === 0 || command.names.includes(name));
  let failed = 0;
  for (const benchmark of chosen) if (!(await runOne(benchmark, command, output))) failed += 1;
  return failed === 0 ? 0 : 1;
}

async function runOne(benchmark: Benchmark, { json, quick }: BenchCommand, output: BenchOutput): Promise<boolean> {
  output.notice(`${benchmark.name} …`);
  try {
    const results = await benchmark.run({ quick });
    output.result(
      json ? JSON.stringify(toReport(benchmark, describeMachine(), results)) : `${formatTable(benchmark, results)}\n`,
    );
    return true;
  } catch (error) {
    output.notice(
      `${benchmark.name} could not be measured: ${error instanceof Error ? error.stack : messageOf(error)}`,
    );
    return false;
  }
}

function parseCommand(args: readonly string[]): BenchCommand | string {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { json: { type: 'boolean', default: false }, quick: { type: 'boolean', default: false } },
    });
    return { names: positionals, json: values.json, quick: values.quick };
  } catch (error) {
    return messageOf(error);
  }
}

function complain(problem: string, registered: readonly Benchmark[], output: BenchOutput): number {
  const list = registered.map(({ name, title }) => `  ${name.padEnd(18)} ${title}`);
  output.notice([`error: ${problem}`, usage, 'benchmarks:', ...list].join('\n'));
  return 2;
}
