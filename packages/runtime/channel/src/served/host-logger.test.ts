import { describe, expect, it } from 'vitest';
import { inCallScope, HostLogger } from './host-logger.js';
import type { LogMessage } from '../messages.js';

describe('HostLogger', () => {
  it('sends only the levels that the gateway writes', () => {
    const sent: LogMessage[] = [];
    const logger = new HostLogger((message) => sent.push(message), ['warn', 'error']);
    logger.info('not wanted');
    logger.warn('wanted');
    expect(sent.map(({ message }) => message)).toEqual(['wanted']);
    expect(logger.enabled('debug')).toBe(false);
  });

  it('adds the fields of its parents and of the call that is being served', async () => {
    const sent: LogMessage[] = [];
    const logger = new HostLogger((message) => sent.push(message), ['info']).child({ device: 'filler' });
    await inCallScope({ correlationId: 'c1' }, async () => {
      await Promise.resolve();
      logger.info('reading', { rows: 3 });
    });
    expect(sent[0].fields).toEqual({ correlationId: 'c1', device: 'filler', rows: 3 });
  });

  it('forgets the call when it is served, also in what it began (§12.2)', async () => {
    const sent: LogMessage[] = [];
    const logger = new HostLogger((message) => sent.push(message), ['info']);
    const goOn = Promise.withResolvers<void>();
    const begun: Promise<void>[] = [];
    await inCallScope({ correlationId: 'c1' }, () => {
      begun.push(goOn.promise.then(() => logger.info('later')));
      return Promise.resolve(logger.info('meanwhile'));
    });
    goOn.resolve();
    await Promise.all(begun);
    expect(sent.map(({ message, fields }) => [message, fields?.correlationId])).toEqual([
      ['meanwhile', 'c1'],
      ['later', undefined],
    ]);
  });
});
