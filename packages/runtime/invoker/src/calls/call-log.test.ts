import { ValueColumns, type LogLevel, type Logger } from '@fieldwarden/core';
import type { ReadPlan } from '@fieldwarden/driver';
import { collectingLogger, FakeClock } from '@fieldwarden/testkit';
import { describe, expect, it } from 'vitest';
import { uniformCalls } from '../status/resilience-settings.js';
import { failure, rejection, testDevice } from '../testing/test-device.js';
import { testSettings } from '../testing/test-settings.js';

const plan: ReadPlan = { deviceId: 'd1', points: [] };
const settings = testSettings({
  calls: uniformCalls({ timeoutMs: 1_000, retries: 0 }),
  breaker: { failures: null, probeMs: 100, maxProbeMs: 100 },
});
const read = (device: ReturnType<typeof testDevice>, correlationId?: string): Promise<void> =>
  device.read(plan, new ValueColumns(0), correlationId);

describe('the line of a call (§12.2)', () => {
  it('says device, capability, correlation id, duration and result, in one record at debug', async () => {
    const logger = collectingLogger();
    const clock = new FakeClock();
    const device = testDevice({ read: () => new Promise((resolve) => clock.setTimer(resolve, 12)) }, { logger, clock });
    const reading = read(device, 'c-77');
    await clock.advance(12);
    await reading;
    const lines = logger.records.filter(({ fields }) => fields['capability'] === 'read');
    expect(lines).toEqual([
      {
        level: 'debug',
        message: 'read done',
        fields: { device: 'd1', capability: 'read', correlationId: 'c-77', durationMs: 12, result: 'ok' },
      },
    ]);
  });

  it('has a correlation id of its own when nobody gave one', async () => {
    const logger = collectingLogger();
    const seen: string[] = [];
    const device = testDevice(
      { read: (_plan, _into, call) => (seen.push(call.correlationId), Promise.resolve()) },
      { logger },
    );
    await read(device);
    await read(device);
    const logged = logger.records.flatMap(({ fields }) => fields['correlationId'] ?? []);
    expect(logged).toEqual(seen);
    expect(new Set(seen).size).toBe(2);
    expect(seen[0]).toMatch(/^[0-9a-f]{16}$/);
  });

  it('of a failure warns, with code and kind, at once and then once a minute with the number of repetitions', async () => {
    const logger = collectingLogger();
    const clock = new FakeClock();
    const device = testDevice({ read: () => Promise.reject(failure('unreachable')) }, { logger, clock, settings });
    for (let second = 0; second < 121; second += 1) {
      await rejection(read(device));
      await clock.advance(1_000);
    }
    const warnings = logger.records.filter(({ level }) => level === 'warn');
    expect(warnings.map(({ fields }) => fields['repeated'])).toEqual([undefined, 59, 59]);
    expect(warnings[0]).toMatchObject({
      message: 'read failed: unreachable',
      fields: { device: 'd1', capability: 'read', result: 'TEST_UNREACHABLE', kind: 'unreachable' },
    });
    expect(logger.records.filter(({ message }) => message.startsWith('read failed'))).toHaveLength(121);
  });

  it('of another failure warns again', async () => {
    const logger = collectingLogger();
    const kinds = ['unreachable', 'protocol', 'unreachable', 'protocol'] as const;
    let call = 0;
    const device = testDevice({ read: () => Promise.reject(failure(kinds[call++])) }, { logger, settings });
    for (let i = 0; i < 4; i += 1) await rejection(read(device));
    expect(logger.messages('warn')).toEqual(['read failed: unreachable', 'read failed: protocol']);
  });

  it('of a bug warns again when it is another one, though all bugs have one code (§3.6)', async () => {
    const logger = collectingLogger();
    const messages = ['no such key', 'not a function', 'no such key'];
    let call = 0;
    const device = testDevice({ read: () => Promise.reject(new TypeError(messages[call++])) }, { logger, settings });
    for (let i = 0; i < 3; i += 1) await rejection(read(device));
    expect(logger.messages('warn')).toEqual(['read failed: no such key', 'read failed: not a function']);
  });

  it('keeps a bounded memory of failures', async () => {
    const logger = collectingLogger();
    let call = 0;
    const device = testDevice({ read: () => Promise.reject(failure('rejected', `CODE_${call++ % 65}`)) }, { logger });
    for (let i = 0; i < 66; i += 1) await rejection(read(device));
    expect(logger.messages('warn')).toHaveLength(66); // the 66th is the first again, which was forgotten
  });

  it('costs nothing while nobody reads debug lines: no text is made, no id drawn', async () => {
    const asked: LogLevel[] = [];
    const refuse = (): never => {
      throw new Error('a line was made for nobody');
    };
    const logger: Logger = {
      debug: refuse, info: () => undefined, warn: () => undefined, error: refuse, child: refuse,
      enabled: (level) => (asked.push(level), level !== 'debug'),
    }; // prettier-ignore
    const answers = [Promise.resolve(), Promise.reject(failure('busy')), Promise.reject(failure('busy'))];
    const device = testDevice({ read: () => answers.shift()! }, { logger, settings });
    await read(device);
    expect((await rejection(read(device))).kind).toBe('busy');
    expect((await rejection(read(device))).kind).toBe('busy');
    expect(asked).toEqual(['debug', 'warn', 'debug']);
  });

  it('and everything else survives a listener that throws', async () => {
    const logger = collectingLogger();
    const onStatusChanged = (): never => {
      throw new Error('listener');
    };
    const device = testDevice({ read: () => Promise.resolve() }, { logger, onStatusChanged });
    await read(device);
    expect(logger.messages('error')).toEqual(['a listener of the invoker failed']);
    expect(device.status).toMatchObject({ state: 'connected', depth: 0 });
  });
});
