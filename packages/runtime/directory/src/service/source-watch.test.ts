import { GatewayError } from '@fieldwarden/core';
import { collectingLogger, FakeClock, RecordedAlarms } from '@fieldwarden/testkit';
import { describe, expect, it } from 'vitest';
import { SourceWatch } from './source-watch.js';

function scene(answers: (Error | undefined)[]) {
  const clock = new FakeClock();
  const alarms = new RecordedAlarms();
  let asked = 0;
  const probe = (): Promise<void> => {
    const answer = answers[Math.min(asked++, answers.length - 1)];
    return answer ? Promise.reject(answer) : Promise.resolve();
  };
  const watch = new SourceWatch({
    conditionId: 'directory-away',
    probe,
    alarms,
    clock,
    logger: collectingLogger(),
    random: () => 0.5,
  });
  const settled = async (): Promise<void> => {
    for (let turn = 0; turn < 10; turn++) await Promise.resolve();
  };
  return { clock, alarms, watch, settled, asked: () => asked };
}

const away = new GatewayError({ code: 'DIRECTORY_UNREACHABLE', kind: 'unreachable', message: 'nobody answers' });
const no = new GatewayError({ code: 'OIDC_REFUSED', kind: 'forbidden', message: 'no' });

describe('the watch over a directory', () => {
  it('raises one alarm while it cannot be asked, and clears it when it can', async () => {
    const { clock, alarms, watch, settled } = scene([away, away, undefined]);
    await settled();
    expect(alarms.active).toMatchObject([{ conditionId: 'directory-away', severity: 700 }]);
    expect(alarms.active[0].message).toContain('nobody answers. Local accounts sign in as before');
    expect(watch).toMatchObject({ isReachable: false, trouble: 'nobody answers' });
    await clock.advance(60_000);
    await settled();
    expect(alarms.active).toHaveLength(1);
    await clock.advance(60_000);
    await settled();
    expect(alarms.active).toEqual([]);
    expect(watch).toMatchObject({ isReachable: true, trouble: undefined });
  });

  it('learns from those who ask, for whom a refusal is an answer', async () => {
    const { alarms, watch, settled } = scene([undefined]);
    await settled();
    await expect(watch.asked(Promise.reject(away))).rejects.toBe(away);
    expect(alarms.active).toHaveLength(1);
    await expect(watch.asked(Promise.reject(no))).rejects.toBe(no);
    expect(alarms.active).toEqual([]);
  });

  it('asks and tells no more when it is over', async () => {
    const { clock, alarms, watch, settled, asked } = scene([away]);
    await settled();
    watch[Symbol.dispose]();
    expect(alarms.active).toEqual([]);
    await clock.advance(600_000);
    await settled();
    expect(asked()).toBe(1);
    expect(alarms.active).toEqual([]);
  });
});
