import { GatewayError, statusCodes } from '@fieldwarden/core';
import type { DriverSession, WriteResult } from '@fieldwarden/driver';
import { gatewayPrincipal } from '@fieldwarden/gateway-contract';
import { collectingAudit, collectingLogger, FakeClock, testOrigin, type CollectingAudit } from '@fieldwarden/testkit';
import { beforeEach, describe, expect, it } from 'vitest';
import { TagStore } from '../store/tag-store.js';
import { testInvoker } from '../testing/test-invoker.js';
import { tag } from '../testing/test-tags.js';
import { WriteRequests } from './write-requests.js';

const by = testOrigin({ via: 'opcua', principal: gatewayPrincipal('anna', 'operator'), correlationId: 'c9' });

describe('the audit of writes (§13.4)', () => {
  let audit: CollectingAudit;
  let store: TagStore;
  let writes: WriteRequests;
  let answer: () => Promise<readonly WriteResult[]>;

  beforeEach(() => {
    const clock = new FakeClock();
    const logger = collectingLogger();
    store = new TagStore(clock, logger);
    audit = collectingAudit();
    answer = () => Promise.resolve([{ outcome: 'done', status: statusCodes.Good }]);
    const session: DriverSession = { close: () => Promise.resolve(), write: () => answer() };
    const invoker = testInvoker(session, { clock, timeoutMs: 1_000, failures: 5 });
    writes = new WriteRequests({ store, clock, logger, audit, invokerOf: () => invoker });
    const [handle] = store.define([tag('a', { access: 'read-write', limits: { min: 0, max: 120 } })]);
    store.set(handle, 60, 1);
  });

  it('has who, by which road, the old value, the new one and what became of it', async () => {
    await writes.writePath('a', '80', by); // as a person types it
    expect(audit.entries).toEqual([
      {
        user: 'anna',
        via: 'opcua',
        action: 'write',
        subject: 'a',
        before: 60,
        after: 80,
        outcome: 'done',
        correlationId: 'c9',
      },
    ]);
  });

  it('has the outcome of the device with its reason, by path and by handle', async () => {
    answer = () =>
      Promise.resolve([{ outcome: 'rejected', status: statusCodes.BadOutOfRange, message: 'illegal value' }]);
    await writes.writeMany([{ handle: store.handleOf('a')!, value: 81 }], by);
    answer = () =>
      Promise.reject(new GatewayError({ code: 'T', kind: 'timeout', message: 'no answer', writeOutcome: 'unknown' }));
    await writes.writePath('a', 82, by);
    expect(audit.entries).toMatchObject([
      { before: 60, after: 81, outcome: 'rejected', reason: 'BadOutOfRange: illegal value' },
      { before: 60, after: 82, outcome: 'unknown', reason: expect.stringContaining('no answer') as string },
    ]);
  });

  it('has what was refused, with the permission that was missing or what is wrong with the value', async () => {
    const viewer = testOrigin({ principal: gatewayPrincipal('eve', 'viewer') });
    await writes.writePaths([{ path: 'a', json: 80 }], viewer);
    await writes.writePaths([{ path: 'a', json: 500 }, { path: 'nowhere', json: { any: 1 } }], by); // prettier-ignore
    await writes.writeMany([{ handle: 99, value: 1 }], by);
    expect(audit.entries).toMatchObject([
      {
        user: 'eve',
        subject: 'a',
        before: 60,
        after: 80,
        outcome: 'refused',
        reason: 'BadUserAccessDenied: not for eve: it takes the permission write for a',
      },
      { subject: 'a', after: 500, outcome: 'refused', reason: expect.stringContaining('outside the limits') as string },
      { subject: 'nowhere', before: null, after: { any: 1 }, outcome: 'refused' },
      { subject: '(a tag that is gone)', after: 1, outcome: 'refused' },
    ]);
  });

  it('has each value of a request, in its order', async () => {
    await writes.writePaths([80, 500, 81].map((json) => ({ path: 'a', json })), by); // prettier-ignore
    expect(audit.entries.map(({ after, outcome }) => [after, outcome])).toEqual([[80, 'done'], [500, 'refused'], [81, expect.any(String)]]); // prettier-ignore
  });
});
