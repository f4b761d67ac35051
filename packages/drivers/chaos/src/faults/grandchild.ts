import { spawn } from 'node:child_process';
import { messageOf } from '@fieldwarden/core';
import type { FaultSetting } from './fault.js';

/** Takes no notice of SIGTERM; outlives its parent by a minute at most, so that nothing stays for ever if nobody kills it. */
const script = `
process.on('SIGTERM', () => undefined);
const parent = process.ppid;
console.log('chaos: the grandchild is deaf to SIGTERM');
setInterval(() => { if (process.ppid !== parent) setTimeout(() => process.exit(), 60_000); }, 1_000);
`;

/** Starts a process that holds this one's stdout and stderr open. Returns how to end it. */
export function forkGrandchild({ logger }: FaultSetting): () => void {
  const child = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'inherit', 'inherit'] });
  child.on('error', (error) => logger.warn('chaos: no grandchild', { error: messageOf(error) }));
  child.unref();
  logger.warn('chaos: a grandchild holds stdout open', { grandchild: child.pid });
  return () => void child.kill('SIGKILL');
}
