import { Access } from '@fieldwarden/accounts';
import type { CommonDependencies } from '../process/common-dependencies.js';

/** Who may come in: accounts, tokens and sessions of this home. A file that is damaged lets nobody in by it, and is a concern. Never rejects. */
export async function openAccess(common: CommonDependencies): Promise<Access> {
  const { home, clock, concerns, disk, logging, audit, shutdownSteps } = common;
  concerns.clear('tokens-damaged'); // of an earlier run
  concerns.clear('accounts-damaged');
  const access = await Access.open(home.path, {
    audit,
    clock,
    logger: logging.logger,
    keeping: (write) => disk.reserve.write(write),
    onTrouble: (file, trouble) => {
      if (trouble) concerns.raise(`${file}-damaged`, trouble.message);
      else concerns.clear(`${file}-damaged`);
    },
  });
  disk.whenWritten('accounts and tokens', () => access.keep());
  shutdownSteps.add('accounts and tokens', async () => await access.keep());
  return access;
}
