import assert from 'node:assert/strict';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { waitFor } from '../../wait-for.js';
import type { SeenTag } from './fixture.js';
import type { ServiceCase } from './service-case.js';
import { good, isSame, type StagedService, type ServiceStage } from './service-stage.js';
import { settled } from './settled.js';

const changes = 20;

export const applyCases: readonly ServiceCase[] = [
  {
    sentence: 'takes settings over while it is busy, and shows every change meanwhile (§16.2)',
    needs: ['liveSettings'],
    uses: ['apply'],
    async run(stage) {
      const instance = await stage.start();
      await whileApplying(stage, instance, async (number) => stage.sees(instance, stage.change(instance, number)));
    },
  },
  {
    sentence: 'loses and doubles no change for a client that is told of them while settings are taken over (§16.2)',
    needs: ['liveSettings', 'follow'],
    uses: ['apply'],
    async run(stage) {
      const instance = await stage.start();
      await using follower = await stage.fixture.follow!(instance);
      const [tag] = stage.fixture.tags;
      const told = (): readonly SeenTag[] => follower.told.filter(({ path }) => path === tag.definition.path);
      await toldOf(stage, instance, told, 1);
      const start = told().length;
      const made: SeenTag[] = [];
      await whileApplying(stage, instance, async (number) => {
        made.push(await toldOf(stage, instance, told, number));
      });
      await nextTurn();
      assert.deepEqual(told().slice(start), made, 'what the client was told');
    },
  },
  {
    sentence: 'holds no more after settings were taken over many times than after one (§16.2)',
    needs: ['liveSettings'],
    uses: ['apply'],
    async run(stage) {
      const before = await stage.openResources();
      const instance = await stage.start();
      const { tags } = instance.context;
      const { liveSettings, settings } = stage.fixture;
      await instance.apply(liveSettings);
      await instance.apply(settings);
      const listeners = tags.listeners;
      for (let i = 0; i < 10; i++) await instance.apply(i % 2 ? settings : liveSettings);
      assert.equal(tags.listeners, listeners, 'listeners of tags');
      await stage.sees(instance, stage.change(instance, 1));
      await instance.stop();
      await stage.nothingLeft(before, instance);
    },
  },
  {
    sentence: 'stops while it takes settings over, and leaves nothing behind (§16.2)',
    needs: ['liveSettings'],
    uses: ['apply'],
    async run(stage) {
      const before = await stage.openResources();
      const instance = await stage.start();
      const applied = instance.apply(stage.fixture.liveSettings).catch(() => undefined);
      await instance.stop();
      await settled(applied, stage.patienceMs, 'apply');
      await stage.nothingLeft(before, instance);
    },
  },
  {
    sentence: 'lets itself be started anew, with nothing left behind, when taking settings over fails (§16.2)',
    needs: ['liveSettings'],
    uses: ['apply'],
    mayFail: true,
    async run(stage) {
      const before = await stage.openResources();
      const instance = await stage.start();
      const { liveSettings } = stage.fixture;
      const failed = await failingApply(instance, liveSettings);
      if (!failed) return await stage.sees(instance, stage.change(instance, 1));
      await instance.stop();
      await stage.nothingLeft(before, instance);
      const anew = await stage.start({ settings: liveSettings, storage: instance.context.storage });
      await stage.sees(anew, stage.expected(0));
    },
  },
];

/** Settings go back and forth, while `change` is called again and again. */
async function whileApplying(
  { fixture }: ServiceStage,
  instance: StagedService,
  change: (number: number) => Promise<void>,
): Promise<void> {
  let busy = true;
  const applying = (async (): Promise<void> => {
    for (let i = 0; busy; i++) {
      await instance.apply(i % 2 ? fixture.settings : fixture.liveSettings);
      await nextTurn();
    }
  })();
  applying.catch(() => undefined);
  try {
    for (let number = 2; number < changes + 2; number++) await change(number);
  } finally {
    busy = false;
  }
  await applying;
}

/** Changes the first tag and waits until the client was told. */
async function toldOf(
  stage: ServiceStage,
  instance: StagedService,
  told: () => readonly SeenTag[],
  number: number,
): Promise<SeenTag> {
  const change = good(stage.fixture.tags[0], number);
  instance.context.tags.set(change.path, change.value!);
  const arrived = (): boolean => isSame([told().at(-1)], [change]);
  await waitFor(arrived, { what: `change ${number} to reach the client`, timeoutMs: stage.patienceMs });
  return change;
}

/** True if it failed: what the service asks is broken just while it takes the settings over. */
async function failingApply(instance: StagedService, settings: unknown): Promise<boolean> {
  const { tags, writer, storage } = instance.context;
  tags.broken = writer.broken = new Error('broken by the suite');
  storage.full = true;
  try {
    await instance.apply(settings);
    return instance.context.failures.length > 0;
  } catch (error) {
    assert(!(error instanceof assert.AssertionError), 'apply ends');
    return true;
  } finally {
    tags.broken = writer.broken = undefined;
    storage.full = false;
  }
}
