import { GatewayError, silentLogger, systemClock } from '@fieldwarden/core';
import { DeskBoard, type HistoryPage } from '@fieldwarden/service';
import { TagStore } from '@fieldwarden/tags';
import { testOrigin, waitFor } from '@fieldwarden/testkit';
import { expect, it } from 'vitest';
import { startMemoryService } from '../testing/memory-service.js';
import { encodeFromService } from './service-codec.js';

async function startWithDesks() {
  const desks = new DeskBoard();
  const writer = { writeMany: () => Promise.resolve([]) };
  const service = startMemoryService({ around: { tags: new TagStore(systemClock, silentLogger), desks, writer } });
  await service.ready;
  return { desks, service, context: await service.context };
}

const page: HistoryPage = {
  type: { scalar: 'int64' },
  timesMs: Float64Array.of(1_000, 2_000),
  statuses: Uint32Array.of(0, 0x80000000),
  values: [2n ** 60n, null],
  next: null,
};

const request = { path: 'line/total', fromMs: 0, toMs: 5_000, limit: 10, bounds: true };

it('a service in a Host asks at the desks of the gateway, values and all', async () => {
  const { desks, context } = await startWithDesks();
  const asked: unknown[] = [];
  const raw = (...args: readonly unknown[]): Promise<HistoryPage> => {
    asked.push(args);
    return Promise.resolve(page);
  };
  using _ = desks.offers.history({ raw } as never);
  expect(await context.desks.history.raw(request)).toEqual(page);
  expect(asked).toEqual([[request]]);
});

it('what refuses there is refused in the Host, with its code and kind', async () => {
  const { desks, context } = await startWithDesks();
  await expect(context.desks.history.raw(request)).rejects.toMatchObject({ code: 'HISTORY_NONE', kind: 'unsupported' });
  const refusal = new GatewayError({ code: 'NOT_ALLOWED', kind: 'forbidden', message: 'needs the permission control' });
  using _ = desks.offers.acts({ driver: () => Promise.reject(refusal) } as never);
  const act = context.desks.acts.driver({ driverId: 'press', action: 'stop' }, testOrigin({}));
  await expect(act).rejects.toMatchObject({ code: 'NOT_ALLOWED', kind: 'forbidden', message: refusal.message });
});

it.each([
  { kind: 'desk', desk: 'vault', method: 'open', args: [] },
  { kind: 'desk', desk: 'history', method: 'raw', args: 'line/total' },
  { kind: 'desk', desk: 'history', method: 'constructor', args: [] },
])('an ask at no desk, or of another shape, ends the channel: %j', async (ask) => {
  const { service } = await startWithDesks();
  service.hostTransport.send(encodeFromService({ type: 'ask', call: 1, ask } as never));
  await waitFor(() => service.lost.length > 0, { what: 'the end of the channel' });
  expect(service.lost).toMatchObject([{ kind: 'protocol' }]);
});
