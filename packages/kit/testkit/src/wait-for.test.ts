import { expect, test } from 'vitest';
import { waitFor } from './wait-for.js';

test('returns what the condition finally gives', async () => {
  let looks = 0;
  const value = await waitFor(() => (++looks < 3 ? undefined : `look ${looks}`), { what: 'the third look' });
  expect(value).toBe('look 3');
});

test('waits for asynchronous conditions, and takes one that throws for not yet', async () => {
  let looks = 0;
  const condition = async (): Promise<boolean> => {
    await Promise.resolve();
    if (++looks < 3) throw new Error('not yet');
    return true;
  };
  expect(await waitFor(condition, { what: 'the third look' })).toBe(true);
});

test('names what it waited for, and the last error, when it gives up', async () => {
  const never = waitFor(() => false, { what: 'snow in July', timeoutMs: 20 });
  await expect(never).rejects.toThrow('waited 20 ms for snow in July, in vain');
  const cause = new Error('still red');
  const failing = waitFor(() => Promise.reject(cause), { what: 'a green light', timeoutMs: 20 });
  await expect(failing).rejects.toMatchObject({ message: expect.stringContaining('still red') as string, cause });
});

test('gives up on a condition that never settles', async () => {
  const hanging = waitFor(() => new Promise<boolean>(() => undefined), { what: 'an answer', timeoutMs: 20 });
  await expect(hanging).rejects.toThrow('for an answer, in vain: the condition itself did not settle');
});
