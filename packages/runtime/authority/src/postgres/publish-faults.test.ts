import { silentLogger, systemClock } from '@fieldwarden/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Generation } from '../config-authority.js';
import { FailingClients, type StatementFault } from '../testing/failing-client.js';
import { ada, noSeal, PostgresServer, samplePublish } from '../testing/index.js';
import { PostgresAuthority } from './postgres-authority.js';

let server: PostgresServer;

beforeAll(async () => {
  server = await PostgresServer.start();
});

afterAll(() => server[Symbol.asyncDispose]());

describe('a publish of which one statement fails (§7.2)', () => {
  it.each<StatementFault>(['refused', 'lost-before', 'lost-after'])(
    'leaves nothing behind, whichever it is: %s',
    async (how) => {
      const url = await server.database();
      const clients = new FailingClients();
      const authority = PostgresAuthority.connect({
        url,
        clock: systemClock,
        logger: silentLogger,
        createClient: clients.create,
      });
      const site = authority.site('lab');
      await site.saveDraft('typed', { by: ada });
      const statements = await statementsOfPublish(authority, clients);
      expect(statements.at(-1)).toBe('commit');

      for (let k = 0; k < statements.length; k++) {
        const before = await whole(authority);
        clients.fault = { at: clients.statements.length + k, how };
        const error: unknown = await site.publish(samplePublish({ fromDraft: true }), noSeal).then(
          () => undefined,
          (e: unknown) => e,
        );
        clients.fault = undefined;
        expect(error).toMatchObject({ kind: 'unreachable' });
        const after = await whole(authority);
        if ((error as { code: string }).code === 'AUTHORITY_OUTCOME_UNKNOWN') {
          expect([k, how]).toEqual([statements.length - 1, expect.stringMatching(/^lost/)]);
          expectOldOrNew(before, after);
        } else expect(after).toEqual(before);
      }
      expect((await site.publish(samplePublish(), noSeal)).generation).toBeGreaterThan(1);
      await authority.close();
    },
  );

  it('says that it does not know when the answer to the commit was lost, and the caller finds out by reading', async () => {
    const url = await server.database();
    const clients = new FailingClients();
    const authority = PostgresAuthority.connect({
      url,
      clock: systemClock,
      logger: silentLogger,
      createClient: clients.create,
    });
    await authority.site('lab').publish(samplePublish(), noSeal);
    const statements = await statementsOfPublish(authority, clients);
    clients.fault = { at: clients.statements.length + statements.length - 1, how: 'lost-after' };
    let sealed: Generation | undefined;
    await expect(
      authority.site('lab').publish(samplePublish({ message: 'which?' }), async (g) => void (sealed = g)),
    ).rejects.toMatchObject({
      code: 'AUTHORITY_OUTCOME_UNKNOWN',
      kind: 'unreachable',
      writeOutcome: 'unknown',
      message: expect.stringContaining('publishing generation 3 of site lab may or may not have happened'),
    });
    expect(await authority.site('lab').generation(3)).toEqual(sealed);
    await authority.close();
  });
});

describe('a first start of which one statement fails (§7.2)', () => {
  it.each<StatementFault>(['refused', 'lost-before', 'lost-after'])(
    'makes the whole schema or none, and the next one succeeds: %s',
    async (how) => {
      const statements = await statementsOfFirstStart();
      expect(statements).toContain('commit');
      for (const at of statements.keys()) {
        const url = await server.database();
        const clients = new FailingClients();
        const authority = PostgresAuthority.connect({
          url,
          clock: systemClock,
          logger: silentLogger,
          createClient: clients.create,
        });
        clients.fault = { at, how };
        await expect(authority.site('lab').currentSummary()).rejects.toMatchObject({ kind: 'unreachable' });
        expect((await authority.site('lab').publish(samplePublish(), noSeal)).generation).toBe(1);
        await authority.close();
      }
    },
  );
});

async function statementsOfFirstStart(): Promise<readonly string[]> {
  const clients = new FailingClients();
  const url = await server.database();
  const authority = PostgresAuthority.connect({
    url,
    clock: systemClock,
    logger: silentLogger,
    createClient: clients.create,
  });
  await authority.site('lab').currentSummary();
  await authority.close();
  return clients.statements;
}

/** Publishes once, and gives the statements that it took, those of its connection's beginning included. */
async function statementsOfPublish(authority: PostgresAuthority, clients: FailingClients): Promise<readonly string[]> {
  const before = clients.statements.length;
  await authority.site('lab').publish(samplePublish(), noSeal);
  return clients.statements.slice(before);
}

interface Whole {
  readonly generations: readonly unknown[];
  readonly audit: readonly unknown[];
  readonly revision: number;
}

async function whole(authority: PostgresAuthority): Promise<Whole> {
  const site = authority.site('lab');
  const [generations, audit, draft] = [await site.generations({ limit: 99 }), await site.audit(99), await site.draft()];
  return { generations, audit, revision: draft.revision };
}

/** All of it or nothing of it. */
function expectOldOrNew(before: Whole, after: Whole): void {
  const more = [after.generations.length, after.audit.length, after.revision].map(
    (count, i) => count - [before.generations.length, before.audit.length, before.revision][i],
  );
  expect([
    [0, 0, 0],
    [1, 1, 1],
  ]).toContainEqual(more);
}
