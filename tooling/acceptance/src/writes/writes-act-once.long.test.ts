import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CountingModbus } from './counting-modbus.js';
import { CountingS7 } from './counting-s7.js';
import { answerTimeoutMs, type CountingPlc, type PlcFault } from './counting-plc.js';
import {
  carryOut,
  disturbances,
  writeSequences,
  type WriteSequence,
  type SequenceStep,
  type WriteVerdict,
} from './write-sequence.js';

const effort = process.env.FIELDWARDEN_LONG === '1' ? 10 : 1;

/** What is false about what the gateway said; undefined if it is true. */
function lie({ outcome, arrived, carriedOut, isIdempotent, isHidden, isRefused }: WriteVerdict): string | undefined {
  if (!isIdempotent && carriedOut > 1) return 'acted more than once';
  if (outcome === 'done' && carriedOut === 0) return 'done, and the device does not have it';
  if ((outcome === 'rejected' || outcome === 'not-sent') && carriedOut > 0) return 'the device has it';
  if (outcome === 'not-sent' && !isRefused && arrived !== undefined && arrived > 0) return 'it was sent';
  if (outcome === 'unknown' && !isHidden && arrived === 0) return 'unknown, and it was never sent';
  return undefined;
}

const liesOf = (verdict: WriteVerdict): string[] => {
  const found = lie(verdict);
  const { during, number, outcome, arrived, carriedOut } = verdict;
  return found === undefined
    ? []
    : [`${during}: tag ${number} ${outcome}, arrived ${arrived}, carried out ${carriedOut}: ${found}`];
};

/** What was seen, so that a run in which nothing happens does not pass. */
class Tally {
  readonly outcomes = new Map<string, number>();

  add(verdicts: readonly WriteVerdict[]): void {
    for (const { outcome } of verdicts) this.outcomes.set(outcome, (this.outcomes.get(outcome) ?? 0) + 1);
  }
}

interface Course {
  readonly isolation: WriteSequence['isolation'];
  /** Of random sequences, after those of each fault. */
  readonly rounds: number;
  readonly atATime: number;
}

/** Each fault once, and each disturbance while an answer is missing, three to a sequence; what is random comes after them. */
function eachOnce(faults: readonly PlcFault[], { isolation, atATime }: Course): [WriteSequence[]][] {
  const step = { recovered: true, requests: [3, 2], disturbance: undefined, disturbedAfterMs: answerTimeoutMs / 2 };
  const unanswered = faults.findIndex(({ name }) => name === 'carried out without an answer');
  const steps: readonly SequenceStep[] = [
    ...disturbances.map((disturbance) => ({ ...step, fault: unanswered, disturbance })),
    ...faults.map((_, fault) => ({ ...step, fault })),
  ];
  const sequences = inParts(steps, 3).map((part): WriteSequence => ({
    isolation,
    writeWhileDemoted: 'try',
    steps: part,
  }));
  return inParts(sequences, atATime).map((part) => [part]);
}

function inParts<T>(all: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(all.length / size) }, (_, i) => all.slice(size * i, size * (i + 1)));
}

/** Sequences mostly wait, so that several at a time cost no more than one. */
async function hold(start: () => Promise<CountingPlc>, course: Course): Promise<Tally> {
  const { isolation, rounds, atATime } = course;
  const tally = new Tally();
  const faults = await faultsOf(start);
  const sequences = fc.array(writeSequences(faults.length, isolation), { minLength: atATime, maxLength: atATime });
  const examples = eachOnce(faults, course);
  await fc.assert(
    fc.asyncProperty(sequences, async (together) => {
      const verdicts = (await Promise.all(together.map((sequence) => carryOut(sequence, start)))).flat();
      expect(verdicts.flatMap(liesOf)).toEqual([]);
      tally.add(verdicts);
    }),
    { examples, numRuns: examples.length + rounds * effort, endOnFailure: true },
  );
  return tally;
}

async function faultsOf(start: () => Promise<CountingPlc>): Promise<readonly PlcFault[]> {
  await using plc = await start();
  return plc.faults;
}

const limitMs = 120_000 * effort;
const everyOutcome = ['done', 'not-sent', 'rejected', 'unknown'];

describe('a write acts at most once, and its outcome is true, whatever happens meanwhile (§2, §5.4)', () => {
  it.each([
    { name: 'modbus in-process', isolation: 'in-process', start: () => CountingModbus.start(), rounds: 4, atATime: 10 },
    { name: 'modbus in a Host', isolation: 'host', start: () => CountingModbus.start(), rounds: 1, atATime: 7 },
    { name: 's7 in a Host', isolation: 'host', start: () => CountingS7.start(), rounds: 1, atATime: 5 },
  ] as const)(
    '$name',
    async ({ start, ...course }) => {
      const tally = await hold(start, course);
      expect([...tally.outcomes.keys()].sort()).toEqual(everyOutcome);
    },
    limitMs,
  );
});
