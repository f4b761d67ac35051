import { silentLogger, systemClock } from '@fieldwarden/core';
import { temporaryDirectory } from '@fieldwarden/testkit';
import { authorityContractSuite, type AuthorityFixture } from '../testing/index.js';
import { EmbeddedAuthority } from './embedded-authority.js';

async function freshHome(): Promise<AuthorityFixture> {
  const home = await temporaryDirectory('fieldwarden-authority-');
  return {
    open: () => EmbeddedAuthority.open({ home: home.path, clock: systemClock, logger: silentLogger }),
    [Symbol.asyncDispose]: () => home[Symbol.asyncDispose](),
  };
}

authorityContractSuite('EmbeddedAuthority', freshHome);
