import { alarmSettings, JudgedConditions } from '@fieldwarden/alarm-conditions';
import { silentLogger, systemClock, ValueColumns } from '@fieldwarden/core';
import type { AlarmConditions } from '@fieldwarden/service';
import { TagStore } from '@fieldwarden/tags';
import type { BenchResult } from './benchmark.js';

const tags = 10_000;
const changesPerS = 10_000;
const batch = 1_000;

type Condition = (path: string) => object;

const limit: Condition = () => ({ type: 'limit', low: -100, high: 80, highHigh: 90, deadband: 1 });

/** As a plant has them: most are limits. */
const mix: readonly Condition[] = [
  limit,
  limit,
  limit,
  limit,
  () => ({ type: 'deviation', setpoint: 50, band: 60 }),
  () => ({ type: 'rate', perS: 1_000_000, windowMs: 10_000 }),
  () => ({ type: 'discrete', values: [-1, -2] }),
  (path) => ({ type: 'expression', when: `{${path}} > 1000.0 || {line/t0} > 1000.0` }),
  limit,
  () => ({ type: 'badQuality' }),
];

/** What the conditions cost the core, and what noise at a limit comes to. */
export function judgedAlarms(quick: boolean): readonly BenchResult[] {
  const rounds = quick ? 20 : 100;
  const without = nsPerChange(undefined, rounds);
  return [
    result('limits', nsPerChange([limit], rounds) - without),
    result('all kinds of conditions', nsPerChange(mix, rounds) - without),
    { metric: 'noise at the limit, 1,000 turns', value: activations(), unit: 'activations', target: { atMost: 1 } },
  ];
}

function result(what: string, nsEach: number): BenchResult {
  const percent = (nsEach * changesPerS * 100) / 1e9;
  return { metric: `${what}, of a core`, value: percent, unit: '%', target: { atMost: 5 } };
}

/** A change of a value, through the tag store: every value is another one each time. The quietest round counts, since load only adds. */
function nsPerChange(conditions: readonly Condition[] | undefined, rounds: number): number {
  const { store, handles } = plant();
  using judged = conditions && judge(store, conditions, nobody);
  const columns = new ValueColumns(batch);
  let quietest = Infinity;
  for (let round = 1; round <= rounds; round += 1) {
    columns.values.fill(round % 60);
    columns.sourceTimes.fill(Date.now() + round);
    const startNs = process.hrtime.bigint();
    for (let at = 0; at < tags; at += batch) store.apply(handles.subarray(at, at + batch), columns);
    quietest = Math.min(quietest, Number(process.hrtime.bigint() - startNs) / tags);
  }
  if (judged && [...judged.runs].length !== tags) throw new Error('not all conditions are judged');
  return quietest;
}

/** Between the limit and the edge of the deadband, to and fro. */
function activations(): number {
  const { store, handles } = plant();
  let count = 0;
  const book: AlarmConditions = {
    define: () => undefined,
    judge: (id, { active }) => void (count += id === 'a0' && active ? 1 : 0),
  };
  using _judged = judge(store, [limit], book);
  const columns = new ValueColumns(1);
  for (let turn = 0; turn < 2_000; turn += 1) {
    columns.values[0] = turn % 2 === 0 ? 80.9 : 79.1;
    store.apply(handles.subarray(0, 1), columns);
  }
  return count;
}

const nobody: AlarmConditions = { define: () => undefined, judge: () => undefined };

function plant(): { readonly store: TagStore; readonly handles: Uint32Array } {
  const store = new TagStore(systemClock, silentLogger);
  const type = { scalar: 'float64' } as const;
  const common = { type, rawType: type, access: 'read-only', driverId: 'd', deviceId: 'd', scanMs: 1_000 } as const;
  const definitions = Array.from({ length: tags }, (_, i) => ({
    ...common,
    path: `line/t${i}`,
    address: String(i),
    writeIdempotent: false,
    verify: false,
  }));
  return { store, handles: store.define(definitions) };
}

function judge(store: TagStore, kinds: readonly Condition[], conditions: AlarmConditions): JudgedConditions {
  const rows = Array.from({ length: tags }, (_, i) => {
    const path = `line/t${i}`;
    return { id: `a${i}`, path, message: 'Hot', condition: kinds[i % kinds.length](path) };
  });
  const judged = new JudgedConditions({
    tags: store,
    clock: systemClock,
    conditions,
    before: () => undefined,
    failed: (error) => {
      throw error;
    },
  });
  judged.apply(alarmSettings.parse({ conditions: rows }).conditions);
  return judged;
}
