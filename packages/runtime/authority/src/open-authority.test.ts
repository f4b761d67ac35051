import { readdir } from 'node:fs/promises';
import { messageOf, silentLogger, systemClock } from '@fieldwarden/core';
import { temporaryDirectory } from '@fieldwarden/testkit';
import { describe, expect, it } from 'vitest';
import { openAuthority } from './open-authority.js';

const parts = { clock: systemClock, logger: silentLogger };

describe('choosing the authority by FIELDWARDEN_CONFIG_URL (§7.2)', () => {
  it.each([undefined, ''])('takes the store in the home directory for %j', async (url) => {
    await using home = await temporaryDirectory('fieldwarden-open-');
    const authority = await openAuthority({ url, home: home.path, ...parts });
    expect(authority.kind).toBe('embedded');
    await authority.close();
    expect(await readdir(home.path)).toContain('authority.mdb');
  });

  it.each(['postgres://u:p@127.0.0.1:1/db', 'postgresql://127.0.0.1:1/db'])(
    'takes PostgreSQL for %s, whether the server is there or not, and leaves the home alone',
    async (url) => {
      await using home = await temporaryDirectory('fieldwarden-open-');
      const authority = await openAuthority({ url, home: home.path, ...parts });
      expect(authority.kind).toBe('postgres');
      await expect(authority.sites()).rejects.toMatchObject({
        code: 'AUTHORITY_UNREACHABLE',
        kind: 'unreachable',
        message: expect.stringMatching(/127\.0\.0\.1:1\/db cannot be used: connect ECONNREFUSED/),
      });
      await authority.close();
      expect(await readdir(home.path)).toEqual([]);
    },
  );

  it.each([
    'mysql://u:s3cret@h/db',
    'file:///tmp/s3cret',
    'not a url s3cret',
    'postgres://u:s3cret@h',
    'postgres://u:s3cret@h:99999/db',
  ])('refuses %s, and does not repeat it', async (url) => {
    const opening = openAuthority({ url, home: '/nowhere', ...parts });
    const error: unknown = await opening.then(
      () => undefined,
      (reason: unknown) => reason,
    );
    expect(error).toMatchObject({ code: 'AUTHORITY_URL_INVALID', kind: 'config' });
    expect(messageOf(error)).toContain('Expected: postgres://user:password@host:5432/database');
    expect(messageOf(error)).not.toContain('s3cret');
  });
});
