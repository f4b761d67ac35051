import { parseDataType, statusCodes } from '@fieldwarden/core';
import { compileExpression, ExpressionInputs } from '@fieldwarden/expressions';
import { parse } from '@marcbachmann/cel-js';
import { calculatedLoad } from '../calculated-load.js';
import type { Benchmark, BenchResult } from '../benchmark.js';

const peerName = '@marcbachmann/cel-js 8';

interface Measured {
  readonly what: string;
  readonly text: string;
  /** The same in CEL, over `a` and `b`; absent where CEL has no such thing. */
  readonly cel?: string;
  /** SPEC §15. */
  readonly atMostNs?: number;
}

const measured: readonly Measured[] = [
  { what: 'a > 5 && b < 3', text: '{a} > 5 && {b} < 3', cel: 'a > 5.0 && b < 3.0', atMostNs: 50 },
  { what: '(a - 32) * 5 / 9', text: '({a} - 32.0) * 5.0 / 9.0', cel: '(a - 32.0) * 5.0 / 9.0' },
  {
    what: 'a between 1 and 5 ? a : b',
    text: '{a} between 1.0 and 5.0 ? {a} : {b}',
    cel: 'a >= 1.0 && a <= 5.0 ? a : b',
  },
  { what: 'average(a, 60s)', text: 'average({a}, 60s)' },
];

/** SPEC §15: what an evaluation with quality costs, turn by turn with a library that knows none. Load only adds: the quietest round counts. */
export const expressions: Benchmark = {
  name: 'expressions',
  title: 'Expressions over two tags, one evaluation; calculated tags',
  run: async ({ quick }) => [...measured.map((one) => result(one, quick ? 7 : 25)), await calculated(quick ? 3 : 10)],
};

/** SPEC §15: what calculated tags take of a core, beside what the changes themselves take. */
async function calculated(seconds: number): Promise<BenchResult> {
  const metric = '10,000 calculated tags, 10,000 changes a second';
  return { metric, value: await calculatedLoad(seconds), unit: '% of a core', target: { atMost: 5 } };
}

function result({ what, text, cel, atMostNs }: Measured, rounds: number): BenchResult {
  const own = ownEvaluation(text);
  const peer = cel === undefined ? undefined : celEvaluation(cel);
  let ownNs = Infinity;
  let peerNs = Infinity;
  for (let round = 0; round < rounds; round += 1) {
    ownNs = Math.min(ownNs, nsPerCall(own, 200_000));
    if (peer) peerNs = Math.min(peerNs, nsPerCall(peer, 20_000));
  }
  return {
    metric: what,
    value: ownNs,
    unit: 'ns',
    ...(atMostNs !== undefined && { target: { atMost: atMostNs } }),
    ...(peer && { peer: { name: peerName, value: peerNs } }),
  };
}

function ownEvaluation(text: string): (i: number) => unknown {
  const expression = compileExpression(text, { typeOf: () => parseDataType('float64') })!;
  const inputs = new ExpressionInputs(expression.dependencies.length);
  for (const index of expression.dependencies.keys()) inputs.set(index, 2, statusCodes.Good, 1);
  return (i) => {
    inputs.numbers[0] = i % 10;
    return expression.evaluate(inputs, i).value;
  };
}

function celEvaluation(text: string): (i: number) => unknown {
  const evaluate = parse(text);
  const context = { a: 2, b: 2 };
  return (i) => {
    context.a = i % 10;
    return evaluate(context) as unknown;
  };
}

function nsPerCall(call: (i: number) => unknown, calls: number): number {
  const startNs = process.hrtime.bigint();
  for (let i = 0; i < calls; i += 1) call(i);
  return Number(process.hrtime.bigint() - startNs) / calls;
}
