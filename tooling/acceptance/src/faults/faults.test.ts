import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FaultRun } from './fault-run.js';
import { faultTable } from './fault-table.js';

/** The quick ones, one of each kind; `npm run test:faults` runs all. */
const chosen = [
  'crash',
  'SIGKILL from outside',
  'hang',
  'SIGSTOP of the Host, SIGCONT in time',
  'SIGSTOP of the gateway, then SIGCONT',
  'garbage',
  'slow:60000',
  'fork of a grandchild, then SIGKILL',
  'bad configuration',
  'crash loop, then reset',
];

describe('a started gateway with three healthy drivers beside one that goes wrong', () => {
  let run: FaultRun;

  beforeAll(async () => {
    run = await FaultRun.start();
  });

  afterAll(async () => {
    await run[Symbol.asyncDispose]();
  });

  it.each(chosen)('%s: the state and cause that are promised, and no sibling misses a scan', async (name) => {
    const fault = faultTable.find((each) => each.name === name)!;
    const { failure, scans } = await run.suffer(fault);
    expect(failure).toBeUndefined();
    expect(scans.fewestScans).toBeGreaterThan(0);
  });
});
