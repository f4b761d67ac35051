import { parseDataType, silentLogger, statusCodes, ValueColumns, type StatusCode } from '@fieldwarden/core';
import type { TagDefinition } from '@fieldwarden/gateway-contract';
import { FakeClock, MemoryTags, memoryTag, type TagUpdate } from '@fieldwarden/testkit';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { TagStore } from './tag-store.js';

type Source = TagStore | MemoryTags;

/** What can happen to tags, in the words of both. */
interface Driven {
  readonly source: Source;
  define(...definitions: readonly TagDefinition[]): void;
  redefine(...definitions: readonly TagDefinition[]): void;
  remove(...paths: readonly string[]): void;
  apply(...updates: readonly TagUpdate[]): void;
}

type Step = (tags: Driven) => void;

const paths = ['a', 'b', 'c', 'd'];
const types = ['float64', 'bool', 'string', 'int16[2]', 'int64'].map((text) => parseDataType(text)!);
const samples = [
  [1.5, Number.NaN],
  [true, false],
  ['x', ''],
  [
    [1, 2],
    [1, 3],
  ],
  [1n, 2n ** 60n],
];

const somePaths = fc.uniqueArray(fc.constantFrom(...paths), { minLength: 1 });
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.tuple(somePaths, fc.nat(types.length - 1)).map(
    ([which, type]): Step =>
      (tags) =>
        define(tags, which, type),
  ),
  somePaths.map(
    (which): Step =>
      (tags) =>
        tags.remove(...which.filter((path) => isThere(tags, path))),
  ),
  fc.tuple(somePaths, fc.constantFrom('here', 'there')).map(
    ([which, address]): Step =>
      (tags) =>
        tags.redefine(...present(tags, which).map((before) => ({ ...before, address, description: 'again' }))),
  ),
  fc.tuple(somePaths, fc.nat(1), fc.constantFrom(statusCodes.Good, statusCodes.UncertainLastUsableValue)).map(
    ([which, sample, status]): Step =>
      (tags) =>
        tags.apply(
          ...present(tags, which).map(({ path, type }) => ({
            path,
            value: samples[types.indexOf(type)][sample],
            status,
            sourceAtMs: 7,
          })),
        ),
  ),
  fc.tuple(somePaths, fc.constantFrom(statusCodes.BadTimeout, statusCodes.BadDeviceFailure)).map(
    ([which, status]): Step =>
      (tags) =>
        tags.apply(...present(tags, which).map(({ path }) => ({ path, status, sourceAtMs: 9 }))),
  ),
);

test('the tags of the test kit tell and show what the tag store does', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
      const [store, memory] = [driven(new TagStore(new FakeClock(), silentLogger)), memoryTags()];
      const told = [store, memory].map(({ source }) => record(source));
      for (const each of steps) for (const tags of [store, memory]) each(tags);
      expect(told[1]).toEqual(told[0]);
      expect(shown(memory.source)).toEqual(shown(store.source));
    }),
  );
});

function memoryTags(): Driven {
  const source = new MemoryTags(new FakeClock());
  return {
    source,
    define: (...definitions) => void source.define(...definitions),
    redefine: (...definitions) => source.redefine(...definitions),
    remove: (...which) => source.remove(...which),
    apply: (...updates) => source.apply(...updates),
  };
}

function driven(source: TagStore): Driven {
  const handles = (which: readonly string[]): Uint32Array =>
    Uint32Array.from(which, (path) => source.handleOf(path) ?? 0);
  return {
    source,
    define: (...definitions) => void source.define(definitions),
    redefine: (...definitions) => source.redefine(handles(definitions.map(({ path }) => path)), definitions),
    remove: (...which) => source.remove(handles(which)),
    apply(...updates) {
      const columns = new ValueColumns(updates.length);
      for (const [row, { path, value, status, sourceAtMs }] of updates.entries()) {
        if (value !== undefined) columns.set(row, value, source.definition(source.handleOf(path)!)!.type, sourceAtMs!);
        columns.setBad(row, status as StatusCode, sourceAtMs!);
      }
      source.apply(handles(updates.map(({ path }) => path)), columns);
    },
  };
}

function isThere({ source }: Driven, path: string): boolean {
  return source.handleOf(path) !== undefined;
}

function present({ source }: Driven, which: readonly string[]): readonly TagDefinition[] {
  return which
    .map((path) => source.definition(source.handleOf(path) ?? 0))
    .filter((definition) => definition !== undefined);
}

function define(tags: Driven, which: readonly string[], type: number): void {
  const absent = which.filter((path) => !isThere(tags, path));
  tags.define(...absent.map((path) => memoryTag(path, { type: types[type] })));
}

/** Everything that followers are told, with what they can ask for at that moment. */
function record(source: Source): string[] {
  const told: string[] = [];
  const tell = (what: string, handles: Uint32Array): void => {
    if (handles.length === 0) return;
    told.push(`${what} ${[...handles].map((handle) => `${handle} ${describeTag(source, handle)}`).join(', ')}`);
  };
  for (const name of ['first', 'second']) {
    source.onDefinition({
      defined: (handles) => tell(`${name} defined`, handles),
      removed: (handles) => tell(`${name} removed`, handles),
      redefined: (handles) => tell(`${name} redefined`, handles),
    });
    source.onChange((handles, count) => tell(`${name} changed`, handles.slice(0, count)));
  }
  return told;
}

function shown(source: Source): readonly string[] {
  const handles = Array.from({ length: paths.length + 2 }, (_, handle) => handle);
  return [...source.entries(), source.size, ...handles.map((handle) => source.definition(handle)?.path)].map(String);
}

function describeTag(source: Source, handle: number): string {
  const { value, status, sourceAtMs } = source.read(handle);
  return `${source.definition(handle)?.path}: ${typeof value} ${String(value)} ${status} ${sourceAtMs}`;
}
