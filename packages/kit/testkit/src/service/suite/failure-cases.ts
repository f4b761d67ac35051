import { statusCodes } from '@fieldwarden/core';
import type { ServiceCase } from './service-case.js';
import type { StagedService, ServiceStage } from './service-stage.js';
import { stateAfter } from './settled.js';

export const failureCases: readonly ServiceCase[] = [
  {
    sentence: 'outlives errors of what it is given, or asks to be started anew (§16.3)',
    mayFail: true,
    async run(stage) {
      const instance = await stage.start();
      await whileBroken(stage, instance);
      if (instance.context.failures.length === 0) return await stage.sees(instance, stage.change(instance, 2));
      await instance.stop();
      const anew = await stage.start({ storage: instance.context.storage });
      await stage.sees(anew, stage.expected(0));
    },
  },
];

/** Tags change, clients ask and write, while tags and the road of writes throw. */
async function whileBroken(stage: ServiceStage, instance: StagedService): Promise<void> {
  const { tags, writer } = instance.context;
  const writable = stage.fixture.tags.find(({ definition }) => definition.access === 'read-write');
  tags.broken = writer.broken = new Error('broken by the suite');
  try {
    const asked = stateAfter(stage.fixture.exercise(instance, stage.paths), stage.aWhileMs);
    const written = writable && stage.fixture.write?.(instance, writable.definition.path, writable.values[1]);
    for (const [number, { definition, values }] of stage.fixture.tags.entries()) {
      tags.apply({ path: definition.path, value: values[1] });
      if (number === 0) tags.fail(statusCodes.BadDeviceFailure, definition.path);
    }
    await asked;
    if (written) await stateAfter(written, stage.aWhileMs);
  } finally {
    tags.broken = writer.broken = undefined;
  }
}
