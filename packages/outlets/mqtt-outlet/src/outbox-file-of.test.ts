import { expect, it } from 'vitest';
import { outboxFileOf } from './outbox-file-of.js';

it('each outlet has an outbox file of its own in the home, since each may run in a process of its own', () => {
  const files = ['mqtt', 'main', 'cloud'].map((serviceId) => outboxFileOf({ serviceId, pkiDirectory: '/home/pki' }));
  expect(files).toEqual(['/home/outbox.mdb', '/home/outbox-main.mdb', '/home/outbox-cloud.mdb']);
});
