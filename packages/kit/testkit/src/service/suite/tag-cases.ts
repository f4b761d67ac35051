import assert from 'node:assert/strict';
import type { TagValue } from '@fieldwarden/core';
import { memoryTag } from '../memory-tag.js';
import type { ServiceCase } from './service-case.js';
import { notGood, type StagedService, type ServiceStage } from './service-stage.js';

const many = 10_000;

export const tagCases: readonly ServiceCase[] = [
  {
    sentence: 'shows tags that come while it runs (§16.2)',
    async run(stage) {
      const instance = await stage.start({ withTags: false });
      await stage.sees(instance, stage.paths.map(notGood));
      instance.context.tags.define(...stage.fixture.tags.map(({ definition }) => definition));
      await stage.sees(instance, stage.paths.map(notGood));
      await stage.sees(instance, stage.change(instance, 1));
    },
  },
  {
    sentence: 'shows a tag that is gone as not Good, and its value when it is back (§2)',
    aboutTags: true,
    async run(stage) {
      const instance = await stage.start();
      const { tags } = instance.context;
      const [first, ...others] = stage.expected(0);
      await stage.sees(instance, [first, ...others]);
      tags.remove(first.path);
      await stage.sees(instance, [notGood(first.path), ...others]);
      tags.define(stage.fixture.tags[0].definition);
      await stage.sees(instance, stage.change(instance, 1));
    },
  },
  {
    sentence: 'does not take the next tag with its handle for a tag that is gone (§16.2)',
    aboutTags: true,
    async run(stage) {
      const instance = await stage.start();
      const { tags } = instance.context;
      const [{ definition, values }] = stage.fixture.tags;
      await stage.sees(instance, stage.expected(0));
      const handle = tags.handleOf(definition.path);
      tags.remove(definition.path);
      const next = { ...definition, path: 'suite/next', address: 'next' };
      assert.deepEqual([...tags.define(next)], [handle], 'the handle is used again');
      tags.set(next.path, values[1]);
      await stage.sees(instance, [notGood(definition.path), ...stage.expected(0).slice(1)]);
      tags.define(definition);
      tags.set(next.path, values[0]);
      await stage.sees(instance, stage.change(instance, 1));
    },
  },
  {
    sentence: 'goes on with a tag that is redefined, and waits where its value is not the old one any more (§16.2)',
    aboutTags: true,
    async run(stage) {
      const instance = await stage.start();
      const { tags } = instance.context;
      const [{ definition }] = stage.fixture.tags;
      const [first, ...others] = stage.expected(0);
      tags.redefine({ ...definition, description: 'said in other words' });
      await stage.sees(instance, [first, ...others]);
      tags.redefine({ ...definition, address: `${definition.address} elsewhere` });
      await stage.sees(instance, [notGood(first.path), ...others]);
      await stage.sees(instance, stage.change(instance, 1));
    },
  },
  {
    sentence: 'shows no old value of a tag that comes back with the same handle and another type (§16.2)',
    aboutTags: true,
    async run(stage) {
      const instance = await stage.start();
      const { tags } = instance.context;
      const [{ definition }] = stage.fixture.tags;
      const [{ path }, ...others] = stage.expected(0);
      await stage.sees(instance, stage.expected(0));
      const [type, value] = otherType(definition.type.scalar);
      tags.remove(path);
      tags.define(memoryTag(path, { type }));
      await stage.sees(instance, [notGood(path), ...others]);
      tags.set(path, value);
      const [seen] = await stage.look(instance, [path]);
      assert(!seen.good || seen.value === value, `${path} is shown as ${String(seen.value)}, it is ${String(value)}`);
      tags.remove(path);
      tags.define(definition);
      await stage.sees(instance, stage.change(instance, 1));
    },
  },
  {
    sentence: 'shows both of two batches in one tick: it copies the handles that it keeps (§16.2)',
    async run(stage) {
      const instance = await stage.start();
      await stage.sees(instance, stage.expected(0));
      const changed = stage.expected(1);
      for (const { path, value } of changed) instance.context.tags.set(path, value!);
      await stage.sees(instance, changed);
    },
  },
  {
    sentence: `shows the last of ${many.toLocaleString('en')} changes in one tick (§16.3)`,
    async run(stage) {
      const instance = await stage.start();
      for (let number = 1; number < many; number++) stage.change(instance, number);
      await stage.sees(instance, stage.change(instance, many + 1));
    },
  },
  {
    sentence: `goes on while ${many.toLocaleString('en')} other tags come, change in one batch and go (§16.3)`,
    async run(stage) {
      const instance = await stage.start();
      await stage.sees(instance, stage.expected(0));
      await crowd(stage, instance);
      await stage.sees(instance, stage.change(instance, 1));
    },
  },
];

async function crowd(stage: ServiceStage, instance: StagedService): Promise<void> {
  const { tags } = instance.context;
  const paths = Array.from({ length: many }, (_, number) => `suite/crowd/${number}`);
  tags.define(...paths.map((path) => memoryTag(path)));
  tags.apply(...paths.map((path, value) => ({ path, value })));
  await stage.sees(instance, stage.expected(0));
  tags.remove(...paths);
}

function otherType(scalar: string): [type: { readonly scalar: 'float64' | 'string' }, value: TagValue] {
  return scalar === 'string' ? [{ scalar: 'float64' }, 4_711.5] : [{ scalar: 'string' }, 'another type'];
}
