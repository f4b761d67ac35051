import { silentLogger, systemClock } from '@fieldwarden/core';
import { waitFor } from '@fieldwarden/testkit';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { AuthorityLink } from '../link/authority-link.js';
import type { GenerationSummary } from '../config-authority.js';
import { ada, noSeal, PostgresServer, samplePublish } from '../testing/index.js';
import { PostgresAuthority } from './postgres-authority.js';

let server: PostgresServer;
let opened: PostgresAuthority[];

beforeAll(async () => {
  server = await PostgresServer.start();
});

afterAll(() => server[Symbol.asyncDispose]());

beforeEach(() => {
  opened = [];
});

afterEach(async () => {
  await Promise.all(opened.map((authority) => authority.close()));
});

function connect(url: string): PostgresAuthority {
  const authority = PostgresAuthority.connect({ url, clock: systemClock, logger: silentLogger });
  opened.push(authority);
  return authority;
}

describe('several gateways on one database (§7.2)', () => {
  it('make its schema once when they start together', async () => {
    const url = await server.database();
    const summaries = await Promise.all(Array.from({ length: 6 }, () => connect(url).site('lab').currentSummary()));
    expect(summaries.every((summary) => summary === undefined)).toBe(true);
    const rows = await server.superuser(url, 'select version from fieldwarden.migration');
    expect(rows).toEqual([{ version: 1 }, { version: 2 }]);
  });

  it('number their generations one after the other', async () => {
    const url = await server.database();
    const sites = [connect(url), connect(url)].map((authority) => authority.site('lab'));
    const done = await Promise.all(Array.from({ length: 10 }, (_, i) => sites[i % 2].publish(samplePublish(), noSeal)));
    expect(done.map(({ generation }) => generation).sort((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    expect(await sites[0].audit(99)).toHaveLength(10);
  });

  it('let one of two publishers win who expect the same revision', async () => {
    const url = await server.database();
    const sites = [connect(url), connect(url)].map((authority) => authority.site('lab'));
    const outcomes = await Promise.allSettled(
      sites.map((site) => site.publish(samplePublish({ expectedRevision: 0 }), noSeal)),
    );
    const lost = outcomes.filter((outcome) => outcome.status === 'rejected');
    expect(lost.map(({ reason }) => (reason as { code: string }).code)).toEqual(['REVISION_STALE']);
  });

  it('do not hold up each other on two sites', async () => {
    const url = await server.database();
    const [lab, mill] = [connect(url).site('lab'), connect(url).site('mill')];
    await lab.publish(samplePublish(), async () => {
      expect((await mill.publish(samplePublish(), noSeal)).generation).toBe(1);
      expect(await lab.currentSummary()).toBeUndefined();
    });
  });

  it('hear of each other’s publishes, and hold when the database went back', async () => {
    const url = await server.database();
    const there = connect(url).site('lab');
    const second = await there.publish(samplePublish({ above: 1 }), noSeal);
    const told: number[] = [];
    const gateway = {
      running: { generation: 1, sha256: 'x' },
      follow: async ({ generation }: GenerationSummary) => void told.push(generation),
    };
    const open = async () => connect(url);
    const options = { clock: systemClock, random: Math.random, logger: silentLogger, pollMs: 20 };
    const link = new AuthorityLink({ site: 'lab', open, ...options });
    link.followedBy(gateway);
    await link.start();
    expect(told).toEqual([2]);
    gateway.running = second;
    await there.publish(samplePublish(), noSeal);
    await waitFor(() => told.includes(3), { what: 'word of generation 3' });
    gateway.running = { ...second, generation: 3 };
    await server.superuser(
      url,
      `set session_replication_role = replica; delete from fieldwarden.generation where generation = 3`,
    );
    await waitFor(() => link.state.held?.authorityGeneration === 2, { what: 'holding' });
    await link.close();
  });
});

describe('the tables of generations and audit (§7.2)', () => {
  it.each(['generation', 'audit'])('refuse to be changed: %s', async (table) => {
    const url = await server.database();
    const site = connect(url).site('lab');
    await site.saveDraft('x', { by: ada });
    await site.publish(samplePublish(), noSeal);
    for (const sql of [
      `update fieldwarden.${table} set author = 'eve'`,
      `delete from fieldwarden.${table}`,
      `truncate fieldwarden.${table}`,
    ])
      await expect(server.superuser(url, sql)).rejects.toThrow('is append-only');
  });
});
