import assert from 'node:assert/strict';
import { setImmediate as nextTurn, setTimeout as delay } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { ServiceCase } from './service-case.js';
import type { StagedService, ServiceStage } from './service-stage.js';

/** Batches until a client that does not read has to be noticed. */
const fillTurns = 6_000;
/** Batches after that: more than the operating system buffers for one socket (about 10 MB), if a batch has a kilobyte. */
const moreTurns = 20_000;
/** What these may add. Whoever keeps all that the client does not fetch adds several times that. */
const growthBytes = 6 << 20;

const gcRounds = 4;
const betweenRoundsMs = 25;

export const loadCases: readonly ServiceCase[] = [
  {
    sentence: 'keeps its memory bounded while a client does not read (§2)',
    needs: ['slowReader'],
    async run(stage) {
      const instance = await stage.start();
      await using _reader = await stage.fixture.slowReader!(instance);
      await keepChanging(stage, instance, fillTurns);
      const before = await heldBytes();
      await keepChanging(stage, instance, moreTurns);
      const grown = (await heldBytes()) - before;
      assert(grown < growthBytes, `${grown} bytes more are held for a client that does not read`);
    },
  },
  {
    sentence: 'serves others while a client does not read (§16.3)',
    needs: ['slowReader'],
    async run(stage) {
      const instance = await stage.start();
      await using _reader = await stage.fixture.slowReader!(instance);
      await keepChanging(stage, instance, fillTurns);
      for (const number of [1, 2, 3]) await stage.sees(instance, stage.change(instance, number));
    },
  },
  {
    sentence: 'stops although a client does not read, and leaves nothing behind (§16.2)',
    needs: ['slowReader'],
    async run(stage) {
      const before = await stage.openResources();
      const instance = await stage.start();
      const reader = await stage.fixture.slowReader!(instance);
      await keepChanging(stage, instance, fillTurns);
      await instance.stop();
      await reader[Symbol.asyncDispose]();
      await stage.nothingLeft(before, instance);
    },
  },
];

/** One batch per turn of the event loop: what conflates within a turn is tried as well as what does not. */
async function keepChanging(stage: ServiceStage, instance: StagedService, turns: number): Promise<void> {
  for (let turn = 0; turn < turns; turn++) {
    stage.change(instance, turn);
    await nextTurn();
  }
}

/** What is left when garbage was collected several times: what earlier work had allocated is given back a little later, by other threads. */
async function heldBytes(): Promise<number> {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  let least = Infinity;
  for (let round = 0; round < gcRounds; round++) {
    collect();
    const { heapUsed, external } = process.memoryUsage();
    least = Math.min(least, heapUsed + external);
    await delay(betweenRoundsMs);
  }
  return least;
}
