import { silentLogger, systemClock } from '@fieldwarden/core';
import { afterAll, beforeAll } from 'vitest';
import { authorityContractSuite, PostgresServer } from '../testing/index.js';
import { PostgresAuthority } from './postgres-authority.js';

let server: PostgresServer;

beforeAll(async () => {
  server = await PostgresServer.start();
});

afterAll(() => server[Symbol.asyncDispose]());

authorityContractSuite('PostgresAuthority', async () => {
  const url = await server.database();
  return {
    open: async () => PostgresAuthority.connect({ url, clock: systemClock, logger: silentLogger }),
    [Symbol.asyncDispose]: async () => undefined,
  };
});
