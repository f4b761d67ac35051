import assert from 'node:assert/strict';
import { statusCodes } from '@fieldwarden/core';
import { takePort } from './leftovers.js';
import { hasPort, type ServiceCase } from './service-case.js';
import { notGood, type StagedService, type ServiceStage } from './service-stage.js';
import { settled, stateAfter } from './settled.js';

export const lifeCases: readonly ServiceCase[] = [
  {
    sentence: 'does nothing yet when it is created (§16.1)',
    async run(stage) {
      const before = await stage.openResources();
      const instance = await stage.make();
      await stage.nothingLeft(before, instance);
      const { told, failures, writer } = instance.context;
      assert.deepEqual([told, failures, writer.writes], [[], [], []], 'events, failures and writes');
    },
  },
  {
    sentence: 'starts, and says where it listens (§16.2)',
    async run(stage) {
      const { address } = await stage.start();
      if (!hasPort(stage.fixture)) return;
      assert(address, 'a service with a port says where it listens');
      assert(address.port > 0 && address.port < 65_536, `port ${address.port}`);
      assert(address.url.includes(`:${address.port}`), `${address.url} names port ${address.port}`);
    },
  },
  {
    sentence: 'shows its clients the values of tags, and their changes (§16.2)',
    async run(stage) {
      const instance = await stage.start();
      await stage.sees(instance, stage.expected(0));
      for (const number of [1, 2, 3]) await stage.sees(instance, stage.change(instance, number));
    },
  },
  {
    sentence: 'shows a tag that is not Good as not Good, and its neighbours as they are (§2)',
    aboutTags: true,
    async run(stage) {
      const instance = await stage.start();
      const [first, ...others] = stage.expected(0);
      instance.context.tags.fail(statusCodes.BadDeviceFailure, first.path);
      await stage.sees(instance, [notGood(first.path), ...others]);
      await stage.sees(instance, stage.change(instance, 1));
    },
  },
  {
    sentence: 'frees port, timers, listeners and files when it stops (§16.2)',
    async run(stage) {
      const before = await stage.openResources();
      const instance = await stage.start();
      await stage.sees(instance, stage.change(instance, 1));
      stage.change(instance, 2);
      await stop(stage, instance);
      await stage.nothingLeft(before, instance);
      if (!instance.address) return;
      await using _taken = await takePort(instance.address.port, instance.context.gateway.bind);
    },
  },
  {
    sentence: 'does no more after it was stopped, whatever happens to the tags (§16.2)',
    async run(stage) {
      const before = await stage.openResources();
      const instance = await stage.start();
      await stop(stage, instance);
      const { tags, writer, told } = instance.context;
      const events = told.length;
      for (const number of [1, 2, 3]) stage.change(instance, number);
      tags.remove(...stage.paths);
      await stage.nothingLeft(before, instance);
      assert.deepEqual([writer.writes, told.length], [[], events], 'writes and events after stop');
    },
  },
  {
    sentence: 'can be stopped when it was never started, and twice (§16.2)',
    async run(stage) {
      await settled((await stage.make()).service.stop(), stage.patienceMs, 'stop before start');
      const { service } = await stage.start();
      await settled(Promise.all([service.stop(), service.stop()]), stage.patienceMs, 'two stops at once');
      await settled(service.stop(), stage.patienceMs, 'another stop');
    },
  },
  {
    sentence: 'leaves nothing behind when its start is called off (§16.2)',
    async run(stage) {
      const before = await stage.openResources();
      await calledOff(stage, before, AbortSignal.abort());
      const soon = new AbortController();
      const pending = calledOff(stage, before, soon.signal);
      setImmediate(() => soon.abort());
      await pending;
    },
  },
  {
    sentence: 'leaves nothing behind when it is stopped while it starts (§16.2)',
    async run(stage) {
      const before = await stage.openResources();
      const instance = await stage.make();
      const started = instance.service.start(new AbortController().signal).catch(() => undefined);
      await stop(stage, instance);
      await settled(started, stage.patienceMs, 'start');
      await stage.nothingLeft(before, instance);
    },
  },
  {
    sentence: 'serves again when it is made anew, its clients still there (§16.3)',
    async run(stage) {
      const first = await stage.start();
      await using _client = (await stage.fixture.follow?.(first)) ?? { [Symbol.asyncDispose]: async () => undefined };
      await stage.sees(first, stage.expected(0));
      await stop(stage, first);
      const port = first.address?.port;
      const second = await stage.start({ storage: first.context.storage, ...(port !== undefined && { port }) });
      await stage.sees(second, stage.expected(0));
      await stage.sees(second, stage.change(second, 1));
    },
  },
  {
    sentence: 'runs beside another instance, each with tags of its own (§16.1)',
    async run(stage) {
      const [one, other] = [await stage.start({ serviceId: 'one' }), await stage.start({ serviceId: 'other' })];
      const changed = stage.change(one, 1);
      await stage.sees(one, changed);
      await stage.sees(other, stage.expected(0));
      await stop(stage, one);
      await stage.sees(other, stage.change(other, 1));
    },
  },
];

/** `stop` must do what it does by itself: a pending one is found here, a rejected one too. */
async function stop({ patienceMs }: ServiceStage, instance: StagedService): Promise<void> {
  await settled(instance.stop(), patienceMs, 'stop');
}

async function calledOff(
  stage: ServiceStage,
  before: Awaited<ReturnType<ServiceStage['openResources']>>,
  signal: AbortSignal,
): Promise<void> {
  const instance = await stage.make();
  const state = await stateAfter(instance.service.start(signal), stage.patienceMs);
  assert.notEqual(state, 'pending', 'start, called off');
  await stop(stage, instance);
  await stage.nothingLeft(before, instance);
}
