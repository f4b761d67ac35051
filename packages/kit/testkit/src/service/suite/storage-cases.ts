import assert from 'node:assert/strict';
import { waitFor } from '../../wait-for.js';
import type { ServiceCase } from './service-case.js';
import type { StagedService, ServiceStage } from './service-stage.js';
import { stateAfter } from './settled.js';

export const storageCases: readonly ServiceCase[] = [
  {
    sentence: 'says so when its storage is full, and goes on (§16.5)',
    needs: ['store'],
    async run(stage) {
      const instance = await stage.start();
      await fill(stage, instance);
      await stage.sees(instance, stage.change(instance, 1));
    },
  },
  {
    sentence: 'takes that back once there is room again (§16.5)',
    needs: ['store'],
    async run(stage) {
      const instance = await stage.start();
      await fill(stage, instance);
      instance.context.storage.full = false;
      await stage.fixture.store!(instance).catch(() => undefined);
      const isQuiet = (): boolean => !complains(instance);
      await waitFor(isQuiet, { what: 'the service to be content again', timeoutMs: stage.patienceMs });
    },
  },
  {
    sentence: 'stops with its storage full, and leaves nothing behind (§16.5)',
    needs: ['store'],
    async run(stage) {
      const before = await stage.openResources();
      const instance = await stage.start();
      await fill(stage, instance);
      await instance.stop();
      await stage.nothingLeft(before, instance);
    },
  },
  {
    sentence: 'goes on while its storage is slow (§16.5)',
    needs: ['store'],
    async run(stage) {
      const instance = await stage.start();
      using _stall = instance.context.storage.stall();
      await stateAfter(stage.fixture.store!(instance), stage.aWhileMs);
      await stage.sees(instance, stage.change(instance, 1));
    },
  },
];

/** The disk is full and the service has something to keep: it must say that it cannot. */
async function fill(stage: ServiceStage, instance: StagedService): Promise<void> {
  instance.context.storage.full = true;
  await stage.fixture.store!(instance).catch(() => undefined);
  await waitFor(() => complains(instance), {
    what: 'an alarm, or the state Degraded, for a storage that is full',
    timeoutMs: stage.patienceMs,
  });
  const health = instance.service.health();
  if (health.state === 'Degraded') assert.notEqual(health.reason.trim(), '', 'the reason');
}

function complains({ context, service }: StagedService): boolean {
  return context.alarms.active.length > 0 || service.health().state !== 'Healthy';
}
