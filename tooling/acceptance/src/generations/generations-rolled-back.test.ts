import { waitFor } from '@fieldwarden/testkit';
import { describe, expect, it } from 'vitest';
import { CountingPlcs } from '../counting-plcs.js';
import { GatewayProcess } from '../processes/gateway-process.js';
import { configurationEvents, GenerationRequests } from './generation-requests.js';
import { missedScanMs, threeLines, Untouched } from '../three-lines.js';

/** SPEC §7.5, and what a busy machine may add. */
const rolledBackWithinMs = 60_000;

function chaos(options: object): object {
  const supervision = { startBudgetMs: 5_000, backoff: { initialMs: 10, maxMs: 50 } };
  const tags = [{ path: 'chaos/counter', address: 'counter', dataType: 'uint32', scanMs: 250 }];
  return { id: 'chaos', type: 'chaos', options, supervision, devices: [{ id: 'monkey', tags }] };
}

describe('a generation that one driver cannot run (§7.5)', () => {
  it('takes that driver back to the former one, alone, says so everywhere, and the next publish settles it', async () => {
    await using plcs = await CountingPlcs.start(3);
    const plant = (options: object, address?: string): object =>
      threeLines(plcs, { drivers: [chaos(options)], ...(address !== undefined && { address }) });
    await using gateway = await GatewayProcess.launch({ plant: plant({}) });
    const config = new GenerationRequests(gateway);
    await gateway.tagTurns('chaos/counter', 'Good');
    const untouched = await Untouched.since(gateway, plcs);

    expect(await config.published(plant({ failStart: { exit: 1 } }, 'HR20'))).toBe(2);
    const rolledBack = async (): Promise<boolean> => (await gateway.status()).config?.rolledBack.length === 1;
    await waitFor(rolledBack, { what: 'the roll-back', timeoutMs: rolledBackWithinMs, intervalMs: 50 });
    await gateway.tagTurns('chaos/counter', 'Good');
    expect(await gateway.status()).toMatchObject({
      generation: 2,
      config: {
        rolledBack: [{ driverId: 'chaos', generation: 2, reason: expect.stringContaining('exit') }],
        held: null,
      },
    });
    const generations = async (): Promise<readonly unknown[]> =>
      (await gateway.drivers()).map(({ id, generation }) => [id, generation]);
    expect(await generations()).toEqual([
      ['mixer', 2],
      ['oven', 2],
      ['press', 2],
      ['chaos', 1],
    ]);
    const alarms = (await configurationEvents(gateway)).filter(
      ({ type, driverId }) => type === 'alarm' && driverId === 'chaos',
    );
    expect(alarms.map(({ message }) => message)).toContainEqual(expect.stringContaining('is back on generation 1'));
    expect((await gateway.cli('list')).stdout).toContain('chaos');
    const { now, before } = await untouched.identities();
    expect(now).toEqual(before);
    expect(await untouched.longestPauseMs()).toBeLessThan(missedScanMs);

    expect(await config.published(plant({}, 'HR20'))).toBe(3);
    expect((await gateway.status()).config?.rolledBack).toEqual([]);
    expect(await generations()).toEqual([
      ['mixer', 3],
      ['oven', 3],
      ['press', 3],
      ['chaos', 3],
    ]);
    await gateway.tagTurns('chaos/counter', 'Good');
  }, 90_000);
});
