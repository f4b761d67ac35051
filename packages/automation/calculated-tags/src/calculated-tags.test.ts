import { parseDataType, statusCodes } from '@fieldwarden/core';
import { FakeClock, memoryTag, MemoryStorage, MemoryTags, serviceContext } from '@fieldwarden/testkit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CalculatedTags } from './calculated-tags.js';
import service from './service.js';
import type { CalculatedTagsSettings } from './settings.js';

let clock: FakeClock;
let tags: MemoryTags;
/** `path=value`, as listeners of the tags were told. */
let told: string[];
const open: (() => Promise<void>)[] = [];

interface Row {
  readonly path: string;
  readonly expression: string;
  readonly dataType?: string;
}

const settingsOf = (rows: readonly Row[]): CalculatedTagsSettings =>
  service.schema.parse({ tags: rows.map((row) => ({ dataType: 'float64', ...row })) }) as CalculatedTagsSettings;

async function start(rows: readonly Row[], storage = new MemoryStorage()) {
  const settings = settingsOf(rows);
  const context = await serviceContext(settings, { clock, storage, tags });
  context.ownTags.adopt(service.tags!(settings));
  const running = service.create(context) as CalculatedTags;
  await running.start();
  await clock.advance(0);
  const end = async (): Promise<void> => {
    await running.stop();
    context.ownTags.adopt([]);
    await context[Symbol.asyncDispose]();
  };
  open.push(end);
  return {
    running,
    storage,
    end,
    async apply(next: readonly Row[]) {
      context.ownTags.adopt(service.tags!(settingsOf(next)));
      await running.apply(settingsOf(next));
      await clock.advance(0);
    },
  };
}

const valueOf = (path: string): unknown => tags.value(tags.handleOf(path)!);
const statusOf = (path: string): number => tags.status(tags.handleOf(path)!);

async function set(path: string, value: number | boolean | string): Promise<void> {
  tags.set(path, value);
  await clock.advance(0);
}

beforeEach(() => {
  clock = new FakeClock();
  tags = new MemoryTags(clock);
  tags.define(memoryTag('a'), memoryTag('b'), memoryTag('on', { type: parseDataType('bool')! }));
  told = [];
  tags.onChange((handles, count) => {
    for (const handle of handles.subarray(0, count))
      told.push(`${tags.definition(handle)!.path}=${String(tags.value(handle))}`);
  });
});

afterEach(async () => {
  for (const end of open.splice(0)) await end().catch(() => undefined);
});

describe('calculated tags (§17.2)', () => {
  it('follow their inputs, and what depends on them follows in the same turn, each evaluated once', async () => {
    tags.set('a', 1);
    tags.set('b', 2);
    const { running } = await start([
      { path: 'sum-of-sums', expression: '{sum} + {twice}' },
      { path: 'twice', expression: '{sum} * 2' },
      { path: 'sum', expression: '{a} + {b}' },
    ]);
    expect(['sum', 'twice', 'sum-of-sums'].map(valueOf)).toEqual([3, 6, 9]);
    const before = running.status()['evaluations'] as number;
    told.length = 0;
    tags.set('a', 10);
    tags.set('b', 20);
    await clock.advance(0);
    expect(told).toEqual(['a=10', 'b=20', 'sum=30', 'twice=60', 'sum-of-sums=90']);
    expect(running.status()['evaluations']).toBe(before + 3);
  });

  it('evaluate nothing that has not changed', async () => {
    const { running } = await start([
      { path: 'of-a', expression: '{a} * 2' },
      { path: 'of-b', expression: '{b} * 2' },
    ]);
    const before = running.status()['evaluations'] as number;
    await set('a', 5);
    expect(running.status()['evaluations']).toBe(before + 1);
  });

  it('have the newest time of Good operands, and with a Bad one its status and the oldest time', async () => {
    tags.apply({ path: 'a', value: 1, sourceAtMs: 1_000 }, { path: 'b', value: 2, sourceAtMs: 2_000 });
    await start([{ path: 'sum', expression: '{a} + {b}' }]);
    expect(tags.read(tags.handleOf('sum')!)).toMatchObject({ value: 3, status: statusCodes.Good, sourceAtMs: 2_000 });
    tags.apply({ path: 'b', status: statusCodes.BadTimeout, sourceAtMs: 3_000 });
    await clock.advance(0);
    expect(tags.read(tags.handleOf('sum')!)).toMatchObject({ status: statusCodes.BadTimeout, sourceAtMs: 1_000 });
  });

  it('are true or false for certain where one operand is enough', async () => {
    tags.fail(statusCodes.BadTimeout, 'a');
    tags.set('on', true);
    await start([
      { path: 'or', dataType: 'bool', expression: '{on} || {a} > 5' },
      { path: 'and', dataType: 'bool', expression: '{on} && {a} > 5' },
    ]);
    expect([valueOf('or'), statusOf('or')]).toEqual([true, statusCodes.Good]);
    expect(statusOf('and')).toBe(statusCodes.BadTimeout);
  });

  it('are Bad where the result does not fit their type, and rounded where it does', async () => {
    await start([{ path: 'small', dataType: 'int8', expression: '{a}' }]);
    await set('a', 12.6);
    expect(valueOf('small')).toBe(13);
    await set('a', 200);
    expect(statusOf('small')).toBe(statusCodes.BadOutOfRange);
  });

  it('are driven by the clock where time alone changes them', async () => {
    tags.set('a', 10);
    await start([
      { path: 'average', expression: 'average({a}, 10s)' },
      { path: 'stable', dataType: 'bool', expression: 'stableFor({a}, 5s)' },
    ]);
    await clock.advance(5_000);
    expect(valueOf('stable')).toBe(true);
    await set('a', 20);
    await clock.advance(5_000);
    expect(valueOf('average')).toBeCloseTo(15, 0);
    await clock.advance(20_000);
    expect(valueOf('average')).toBeCloseTo(20, 5);
  });

  it('show an edge in one evaluation', async () => {
    tags.set('on', false);
    await start([{ path: 'edge', dataType: 'bool', expression: 'rising({on})' }]);
    told.length = 0;
    await set('on', true);
    await clock.advance(1);
    expect(told).toEqual(['on=true', 'edge=true', 'edge=false']);
  });

  it('remember over a restart what their functions remember', async () => {
    const row = { path: 'before', expression: 'previous({a})' };
    const { storage, end } = await start([row]);
    await set('a', 1);
    await set('a', 2);
    await clock.advance(1_000);
    await end();
    storage.crash();
    await start([row], storage);
    expect(valueOf('before')).toBe(1);
  });

  it('go on over a publish that changes others; one with another text keeps what its calls remember', async () => {
    const kept = { path: 'kept', expression: 'previous({a})' };
    const { apply, running } = await start([kept, { path: 'changed', expression: 'previous({a}) + 1' }]);
    await set('a', 1);
    await set('a', 2);
    const before = running.status()['evaluations'] as number;
    await apply([
      kept,
      { path: 'changed', expression: 'previous({a}) + 100' },
      { path: 'new', expression: '{changed} * 2' },
    ]);
    expect(running.status()['evaluations']).toBe(before + 2); // the changed and the new one
    expect(['kept', 'changed', 'new'].map(valueOf)).toEqual([1, 101, 202]);
    await apply([kept]);
    expect(tags.handleOf('new')).toBeUndefined();
    await set('a', 3);
    expect(valueOf('kept')).toBe(2);
  });

  it('are Bad while a tag that they read is not there, and follow it when it comes, also with another type', async () => {
    await start([{ path: 'twice', expression: '{a} * 2' }]);
    await set('a', 4);
    tags.remove('a');
    await clock.advance(0);
    expect(statusOf('twice')).toBe(statusCodes.BadNodeIdUnknown);
    tags.define(memoryTag('a', { type: parseDataType('int32')! }));
    await set('a', 6);
    expect(valueOf('twice')).toBe(12);
    tags.remove('a');
    tags.define(memoryTag('a', { type: parseDataType('string')! }));
    await set('a', 'x');
    expect(statusOf('twice')).toBe(statusCodes.BadConfigurationError);
    tags.remove('a');
    tags.define(memoryTag('a'));
    await set('a', 7);
    expect([valueOf('twice'), statusOf('twice')]).toEqual([14, statusCodes.Good]);
  });

  it('that cannot be calculated says why, and comes alive with what it lacks', async () => {
    const { running } = await start([{ path: 'twice', expression: '{late} * 2' }]);
    expect(statusOf('twice')).toBe(statusCodes.BadConfigurationError);
    expect(running.health()).toEqual({
      state: 'Degraded',
      reason: 'twice cannot be calculated: no tag has the path late',
    });
    tags.define(memoryTag('late'));
    await set('late', 4);
    expect(valueOf('twice')).toBe(8);
    expect(running.health()).toEqual({ state: 'Healthy' });
  });

  it('give others a turn when many change at once, and miss none', async () => {
    const rows = Array.from({ length: 3_000 }, (_, i) => ({
      path: `x/${i}`,
      expression: i === 0 ? '{a} + 1' : `{./${i - 1}} + 1`,
    }));
    await start(rows);
    await set('a', 1);
    await clock.advance(10);
    expect(valueOf('x/2999')).toBe(3_001);
  });
});

describe('the section calculatedTags', () => {
  const types: Readonly<Record<string, string>> = {
    'line/speed': 'float64',
    'line/name': 'string',
    'line/raw': 'bytes',
  };

  function findings(...rows: readonly Row[]): string[] {
    const own = new Map(rows.map(({ path, dataType = 'float64' }) => [path, dataType]));
    const tag = (path: string) => {
      const type = own.get(path) ?? types[path];
      return type === undefined ? undefined : { path, type: parseDataType(type)!, access: 'read-only' as const };
    };
    const plant = {
      site: 's',
      looksAtFiles: true,
      hasTagIn: () => true,
      tag,
      paths: () => [...own.keys(), ...Object.keys(types)],
    };
    return service.check!(settingsOf(rows), plant).map(
      ({ path, rule, message }) => `${path.join('.')} ${rule}: ${message}`,
    );
  }

  it('takes relative paths and tags in any order', () => {
    expect(
      findings({ path: 'line/b', expression: '{./a} + 1' }, { path: 'line/a', expression: '{./speed} * 60' }),
    ).toEqual([]);
  });

  it.each([
    [
      '{line/sped}',
      'tags.0.expression expression-tag-unknown: column 1: no tag has the path line/sped; did you mean {line/speed}?',
    ],
    ['{line/speed} +', 'tags.0.expression expression-syntax: column'],
    ['{line/name} * 2', 'tags.0.expression expression-type: column'],
    ['{line/name}', 'tags.0.dataType calculated-type: the expression comes to a text, which is no float64'],
    ['{x}', 'tags.0.expression calculated-cycle: x is calculated from itself'],
  ])('refuses %s', (expression, finding) => {
    const [first, ...more] = findings({ path: 'x', expression });
    expect(first).toContain(finding);
    expect(more).toEqual([]);
  });

  it('refuses types that nothing is calculated in, and a range without a span', () => {
    expect(findings({ path: 'x', expression: '{line/speed}', dataType: 'float32[2]' })).toEqual([
      'tags.0.dataType calculated-type: float32[2] is not what an expression comes to: bool, string, datetime or a number is',
    ]);
    expect(findings({ path: 'x', expression: '{line/speed}', range: { low: 1, high: 1 } } as Row)).toEqual([
      'tags.0.range range-order: low 1 is not less than high 1',
    ]);
  });

  it('names a cycle once, whole', () => {
    const rows = ['b', 'c', 'a'].map((from, i) => ({ path: ['a', 'b', 'c'][i], expression: `{${from}} + 1` }));
    expect(findings(...rows)).toEqual([
      'tags.0.expression calculated-cycle: these are calculated from each other: a → b → c → a',
    ]);
  });
});
