import { defineDriver } from '@fieldwarden/driver';
import { z } from 'zod';

export default defineDriver({
  type: 'acme',
  version: '2.0.0',
  tier: 'A', // has no say in this: third-party drivers are tier C
  entry: import.meta.url,
  options: z.object({ host: z.string() }),
  deviceOptions: z.object({}),
  address: (text) => text,
  create: () => ({ close: () => Promise.resolve() }),
});
