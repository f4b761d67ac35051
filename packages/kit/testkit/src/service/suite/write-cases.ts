import assert from 'node:assert/strict';
import type { TagValue } from '@fieldwarden/core';
import type { WriteReply } from '@fieldwarden/gateway-contract';
import { waitFor } from '../../wait-for.js';
import { writeAnswers } from '../memory-writer.js';
import type { ServiceCase } from './service-case.js';
import type { StagedService, ServiceStage } from './service-stage.js';
import { settled, stateAfter } from './settled.js';

export const writeCases: readonly ServiceCase[] = [
  {
    sentence: 'hands a write on once, with its tag, its value and who asked (§2)',
    needs: ['write'],
    async run(stage) {
      const instance = await stage.start();
      const { path, value } = writable(stage);
      assert.equal(await write(stage, instance, path, value), 'done');
      const { writes } = instance.context.writer;
      assert.deepEqual(
        writes.map((each) => [each.path, each.value]),
        [[path, value]],
        'what reached the device',
      );
      assert(writes[0].origin.via && writes[0].origin.correlationId, 'the road by which it came, and its id');
      await stage.sees(instance, [{ path, good: true, value }]);
    },
  },
  {
    sentence: 'answers a write with what became of it (§2)',
    needs: ['write'],
    async run(stage) {
      const instance = await stage.start();
      const { path, value } = writable(stage);
      for (const outcome of ['rejected', 'not-sent', 'unknown'] as const) {
        instance.context.writer.answer = () => writeAnswers[outcome];
        const said = await write(stage, instance, path, value);
        assert.notEqual(said, 'done', `what the client was told of a write that is ${outcome}`);
        assert.equal(said, stage.fixture.writeTexts?.[outcome] ?? said, `of a write that is ${outcome}`);
      }
      assert.equal(instance.context.writer.writes.length, 3, 'each write is tried once');
    },
  },
  {
    sentence: 'does not say that a write is done before the device has (§2)',
    needs: ['write'],
    async run(stage) {
      const instance = await stage.start();
      const { path, value } = writable(stage);
      const device = Promise.withResolvers<WriteReply>();
      instance.context.writer.answer = () => device.promise;
      const said = write(stage, instance, path, value);
      assert.notEqual(
        await stateAfter(said, stage.aWhileMs),
        'done',
        'what the client is told before the device answers',
      );
      device.resolve(writeAnswers.rejected);
      assert.notEqual(await said, 'done', 'what the client is told at the end');
    },
  },
  {
    sentence: 'stops although a device never answers, and does not say that the write is done (§2)',
    needs: ['write'],
    async run(stage) {
      const before = await stage.openResources();
      const instance = await stage.start();
      const { path, value } = writable(stage);
      instance.context.writer.answer = () => new Promise(() => undefined);
      const said = stage.fixture.write!(instance, path, value);
      said.catch(() => undefined);
      await waitFor(() => instance.context.writer.writes.length, { what: 'the write', timeoutMs: stage.patienceMs });
      await instance.stop();
      assert.notEqual(await stateAfter(said, stage.aWhileMs), 'done', 'what the client was told');
      await stage.nothingLeft(before, instance);
    },
  },
  {
    sentence: 'says of a write to a tag that cannot be written, or is gone, that it is not done (§2)',
    needs: ['write'],
    async run(stage) {
      const instance = await stage.start();
      const { tags, writer } = instance.context;
      const { path, value } = writable(stage);
      const { definition } = stage.fixture.tags.find((tag) => tag.definition.path === path)!;
      tags.redefine({ ...definition, access: 'read-only' });
      assert.notEqual(await write(stage, instance, path, value), 'done', 'a read-only tag');
      tags.remove(path);
      assert.notEqual(await write(stage, instance, path, value), 'done', 'a tag that is gone');
      assert.deepEqual(writer.writes, [], 'what reached the device');
    },
  },
  {
    sentence: 'says of a write that could not even be tried that it is not done, and goes on (§16.3)',
    needs: ['write'],
    mayFail: true,
    async run(stage) {
      const instance = await stage.start();
      const { path, value } = writable(stage);
      instance.context.writer.broken = new Error('broken by the suite');
      const said = await stateAfter(stage.fixture.write!(instance, path, value), stage.patienceMs);
      assert(said !== 'done' && said !== 'pending', `the client was told ${said}`);
      instance.context.writer.broken = undefined;
      if (instance.context.failures.length === 0) assert.equal(await write(stage, instance, path, value), 'done');
    },
  },
];

/** A tag that takes writes, and a value that it does not have. */
function writable({ fixture }: ServiceStage): { path: string; value: TagValue } {
  const tag = fixture.tags.find(({ definition }) => definition.access === 'read-write');
  assert(tag, 'a fixture that writes has a tag with access read-write');
  return { path: tag.definition.path, value: tag.values[1] };
}

function write(stage: ServiceStage, instance: StagedService, path: string, value: TagValue): Promise<string> {
  return settled(stage.fixture.write!(instance, path, value), stage.patienceMs, 'the write');
}
