import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { collectingLogger, mayMount, SmallDisk, temporaryDirectory, waitFor } from '@fieldwarden/testkit';
import { DiskReserve } from '@fieldwarden/storage';
import { describe, expect, it } from 'vitest';
import { verifyAudit, type AuditTroubles } from './index.js';
import { testAudit, testEntry } from './testing/index.js';

const title = 'the audit on a full disk (§13.4)';

describe(mayMount() ? title : `${title}: needs the right to mount (root)`, () => {
  it.runIf(mayMount())('goes on with the room that is held for it, says so, and loses nothing', async () => {
    await using directory = await temporaryDirectory();
    const home = join(directory.path, 'disk');
    using disk = new SmallDisk(home, '4m');
    const reserve = new DiskReserve(join(home, 'reserve'));
    reserve.hold();
    const audit = testAudit(home, { keeping: async (write) => await reserve.write(write), logger: collectingLogger() });
    let troubles: AuditTroubles = { notWritten: undefined, damaged: undefined };
    audit.onTrouble((told) => (troubles = told));
    audit.record(testEntry());
    await audit.settled();
    const ballast = disk.fill();
    for (let i = 0; i < 500; i += 1) audit.record(testEntry({ after: i }));
    await audit.settled();
    expect(troubles.notWritten).toContain('the disk is full');
    ballast[Symbol.dispose]();
    audit.record(testEntry());
    await audit.settled();
    await waitFor(() => troubles.notWritten === undefined, { what: 'the end of the trouble' });
    await audit[Symbol.asyncDispose]();
    expect(await verifyAudit(home)).toMatchObject({ ok: true, rows: 502 });
  });

  it.runIf(mayMount())(
    'keeps rows in memory when that room is used up, and writes them when there is room again',
    async () => {
      await using directory = await temporaryDirectory();
      const home = join(directory.path, 'disk');
      using disk = new SmallDisk(home, '2m');
      const audit = testAudit(home);
      let troubles: AuditTroubles = { notWritten: undefined, damaged: undefined };
      audit.onTrouble((told) => (troubles = told));
      audit.record(testEntry());
      await audit.settled();
      const ballast = disk.fill();
      for (let i = 0; i < 300; i += 1) audit.record(testEntry({ after: 'x'.repeat(400) }));
      await expect(audit.settled()).rejects.toMatchObject({ code: 'ENOSPC' });
      expect(troubles.notWritten).toContain('cannot be written');
      expect(await verifyAudit(home)).toMatchObject({ ok: true, flaws: [] });
      ballast[Symbol.dispose]();
      await audit.retry();
      expect(troubles.notWritten).toBeUndefined();
      await audit[Symbol.asyncDispose]();
      expect(await verifyAudit(home)).toMatchObject({ ok: true, rows: 301 });
    },
  );

  it.runIf(mayMount())(
    'counts rows that found no room in memory either, and says in their place how many are missing',
    async () => {
      await using directory = await temporaryDirectory();
      const home = join(directory.path, 'disk');
      using disk = new SmallDisk(home, '64m');
      const audit = testAudit(home);
      audit.record(testEntry());
      await audit.settled();
      const ballast = disk.fill();
      const rows = 40_000;
      for (let i = 0; i < rows; i += 1) {
        audit.record(testEntry({ after: 'x'.repeat(400) }));
        if (i % 5_000 === 0) await sleep(0);
      }
      await audit.settled().catch(() => undefined);
      ballast[Symbol.dispose]();
      await audit.retry();
      const { rows: told } = await audit.page({ limit: 1, action: 'audit' });
      const { lost } = told[0].after as { lost: number };
      await audit[Symbol.asyncDispose]();
      expect(await verifyAudit(home)).toMatchObject({ ok: true, rows: 2 + rows - lost });
    },
  );

  it.runIf(mayMount())(
    'takes rows before a read-only disk is writable, with those of the run before as they were',
    async () => {
      await using directory = await temporaryDirectory();
      const home = join(directory.path, 'disk');
      using disk = new SmallDisk(home, '4m');
      const first = testAudit(home);
      first.record(testEntry());
      await first[Symbol.asyncDispose]();
      disk.remount('ro');
      const audit = testAudit(home);
      await audit.start({});
      expect((await audit.page({ limit: 10 })).rows).toHaveLength(1);
      disk.remount('rw');
      await audit.retry();
      expect((await audit.page({ limit: 10 })).rows.map(({ action }) => action)).toEqual(['start', 'write']);
      await audit[Symbol.asyncDispose]();
      expect(await verifyAudit(home)).toMatchObject({ ok: true, rows: 3 });
    },
  );
});
