import { isGood, silentLogger, statusCodes, ValueColumns, type TagValue } from '@fieldwarden/core';
import type { TagDefinition } from '@fieldwarden/gateway-contract';
import type { TagSource } from '@fieldwarden/service';
import { TagStore } from '@fieldwarden/tags';
import { FakeClock } from '@fieldwarden/testkit';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { startMemoryService } from '../../testing/memory-service.js';

const paths = ['a/1', 'a/2', 'b/1', 'b/2', 'c/1', 'c/2'] as const;

/** By path, so that a tag that comes again has the type it had. */
const kinds: readonly Pick<TagDefinition, 'type' | 'deadband'>[] = [
  { type: { scalar: 'float64' } },
  { type: { scalar: 'string' } },
  { type: { scalar: 'bool' } },
  { type: { scalar: 'float64' }, deadband: 5 },
  { type: { scalar: 'int64' } },
  { type: { scalar: 'float64', arrayLength: 2 } },
];

type PlantStep =
  | { readonly do: 'define' | 'remove' | 'redefine' | 'move' | 'fail' | 'set'; readonly tag: number }
  | { readonly do: 'apply'; readonly tags: readonly number[] };

type Step =
  | PlantStep
  | { readonly do: 'advance'; readonly ms: number }
  | { readonly do: 'hold' }
  | { readonly do: 'release' }
  | { readonly do: 'stand-still' };

const tagNumber = fc.nat(paths.length - 1);

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ do: fc.constantFrom('define', 'remove', 'redefine', 'move', 'fail', 'set'), tag: tagNumber }),
  fc.record({ do: fc.constant('apply' as const), tags: fc.array(tagNumber, { maxLength: 8 }) }),
  fc.record({ do: fc.constant('advance' as const), ms: fc.integer({ min: 1, max: 12 }) }),
  fc.constantFrom({ do: 'hold' as const }, { do: 'release' as const }, { do: 'stand-still' as const }),
);

/** A tag store that random steps are done to. Every value says which life of its tag it belongs to. */
class Plant {
  readonly clock = new FakeClock();
  readonly store = new TagStore(this.clock, silentLogger);
  readonly lives = new Map<string, Set<number>>();
  #life = 0;
  #next = 0;

  do(action: PlantStep): void {
    const { store } = this;
    if (action.do === 'apply') return this.#apply(action.tags);
    const path = paths[action.tag];
    const handle = store.handleOf(path);
    if (handle === undefined) {
      if (action.do === 'define') this.#define(action.tag);
      return;
    }
    const handles = Uint32Array.of(handle);
    const present = store.definition(handle)!;
    if (action.do === 'remove') store.remove(handles);
    else if (action.do === 'redefine') store.redefine(handles, [{ ...present, unit: `u${this.#next++}` }]);
    else if (action.do === 'move') store.redefine(handles, [{ ...present, address: `${this.#next++}` }]);
    else if (action.do === 'fail') store.fail(handles, statusCodes.BadNoCommunication, this.clock.wallMs());
    else if (action.do === 'set') store.set(handle, this.#value(action.tag));
  }

  #define(tag: number): void {
    this.#life += 1;
    const path = paths[tag];
    this.lives.set(path, (this.lives.get(path) ?? new Set()).add(this.#life));
    const { type } = kinds[tag];
    const rest = { driverId: 'd', deviceId: 'u1', address: path, scanMs: 100, access: 'read-only' as const };
    this.store.define([{ path, rawType: type, writeIdempotent: false, verify: false, ...kinds[tag], ...rest }]);
  }

  #apply(tags: readonly number[]): void {
    const known = [...new Set(tags)].filter((tag) => this.store.handleOf(paths[tag]) !== undefined);
    const columns = new ValueColumns(known.length);
    for (const [row, tag] of known.entries()) columns.set(row, this.#value(tag), kinds[tag].type, this.clock.wallMs());
    this.store.apply(
      Uint32Array.from(known, (tag) => this.store.handleOf(paths[tag])!),
      columns,
    );
  }

  /** `1000 × life` and a little, in the form that the tag's type asks for. */
  #value(tag: number): TagValue {
    const life = Math.max(...this.lives.get(paths[tag])!);
    const number = life * 1_000 + (this.#next++ % 7);
    const { scalar } = kinds[tag].type;
    if (scalar === 'string') return `text ${number}`;
    if (scalar === 'bool') return number % 2 === 0;
    if (scalar === 'int64') return BigInt(number);
    return tag === 5 ? [number, number] : number;
  }
}

function lifeOf(value: TagValue | null): number | undefined {
  if (value === null || typeof value === 'boolean') return undefined;
  const number = Array.isArray(value) ? Number(value[0]) : Number(String(value).replace('text ', ''));
  return Math.floor(number / 1_000);
}

/** What every reader of a source sees. */
function seenIn(source: TagSource): unknown[] {
  return [...source.entries()].map(([path, handle]) => ({
    path,
    handle,
    definition: source.definition(handle),
    read: source.read(handle),
  }));
}

describe('the mirror of the tag store in a Host (§16.4)', () => {
  it('shows what the store shows once all is quiet, and never a value under another tag, whatever happens', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 80, size: 'max' }), async (steps) => {
        const plant = new Plant();
        for (const tag of [0, 1, 2]) plant.do({ do: 'define', tag });
        const { transport, context, client } = startMemoryService({
          around: { tags: plant.store },
          clock: plant.clock,
        });
        await plant.clock.advance(20);
        const { tags } = await context;
        const strangers: unknown[] = [];
        tags.onChange((handles, count) => {
          for (const handle of handles.slice(0, count)) {
            const path = tags.definition(handle)?.path;
            const life = lifeOf(tags.value(handle));
            if (path === undefined || (life !== undefined && !plant.lives.get(path)!.has(life))) strangers.push(handle);
          }
        });
        for (const action of steps) {
          if (action.do === 'advance') await plant.clock.advance(action.ms);
          else if (action.do === 'hold') transport.hold();
          else if (action.do === 'release') transport.release();
          else if (action.do === 'stand-still') {
            plant.clock.stall(5_000);
            for (const [, handle] of tags.entries()) if (isGood(tags.status(handle))) strangers.push(handle);
          } else plant.do(action);
        }
        transport.release();
        for (let round = 1; round < 5; round += 1) {
          client.ping(round);
          await plant.clock.advance(1_000);
        }
        expect(seenIn(tags)).toEqual(seenIn(plant.store));
        expect([tags.size, strangers]).toEqual([plant.store.size, []]);
      }),
      { numRuns: 150 },
    );
  });
});
