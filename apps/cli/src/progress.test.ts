import { FakeClock } from '@fieldwarden/testkit';
import { expect, it } from 'vitest';
import { noColours } from './output/palette.js';
import { withProgress } from './progress.js';

function watched(width: number | undefined) {
  const clock = new FakeClock();
  const shown: string[] = [];
  const terminal = {
    palette: noColours,
    errorPalette: noColours,
    width,
    write: () => undefined,
    writeError: (text: string) => void shown.push(text),
    ask: () => undefined,
    askSecret: () => undefined,
    input: () => Promise.resolve(''),
  };
  return { clock, shown, context: { clock, json: false, terminal } };
}

it('says what takes its time, for how long, and cleans up', async () => {
  const { clock, shown, context } = watched(80);
  const work = Promise.withResolvers<number>();
  const result = withProgress(context, 'Publishing plant.yaml', work.promise);
  await clock.advance(699);
  expect(shown).toEqual([]);
  await clock.advance(2_001);
  work.resolve(5);
  expect(await result).toBe(5);
  expect(shown).toEqual([
    '\rPublishing plant.yaml … \u001b[K',
    '\rPublishing plant.yaml … 1 s\u001b[K',
    '\rPublishing plant.yaml … 2 s\u001b[K',
    '\r\u001b[K',
  ]);
  expect(clock.pendingTimers).toBe(0);
});

it('writes nothing into a pipe, and cleans up after a failure', async () => {
  const { clock, shown, context } = watched(undefined);
  await withProgress(context, 'x', Promise.resolve());
  const failing = watched(80);
  await expect(withProgress(failing.context, 'x', Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect([shown, clock.pendingTimers, failing.clock.pendingTimers]).toEqual([[], 0, 0]);
});

it('asks anew what is done, and never writes more than a line', async () => {
  const { clock, shown, context } = watched(40);
  const work = Promise.withResolvers<undefined>();
  let standing = 'Faulted';
  const result = withProgress(context, () => `Restarting acme: ${standing}`, work.promise);
  await clock.advance(700);
  standing = 'Reconnecting (the disk is full)';
  await clock.advance(1_000);
  work.resolve(undefined);
  await result;
  expect(shown.slice(0, 2)).toEqual([
    '\rRestarting acme: Faulted … \u001b[K',
    '\rRestarting acme: Reconne … 1 s\u001b[K',
  ]);
});
