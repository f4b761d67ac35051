import { execFileSync } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryDirectory } from '@fieldwarden/testkit';
import { expect, it } from 'vitest';

const program = `
import { fstatSync } from 'node:fs';
import { runProof } from '${import.meta.resolve('@fieldwarden/storage/lmdb')}';
const openFiles = () => Array.from({ length: 20 }, (_, fd) => fd + 3).filter(isFile);
function isFile(fd) { try { return fstatSync(fd).isFile(); } catch { return false; } }
await runProof({ rebuild: async () => 'open: ' + openFiles().join(), checkInPlace: async () => 'in place' });
`;

it('the process that checks a database has none of the files open that its gateway had', async () => {
  await using directory = await temporaryDirectory();
  const records = openSync(join(directory.path, 'records'), 'w+');
  try {
    const args = [
      '--input-type=module',
      '--eval',
      program,
      'proof',
      join(directory.path, 'a'),
      join(directory.path, 'b'),
    ];
    const said = execFileSync(process.execPath, args, {
      stdio: ['ignore', 'pipe', 'inherit', records, records],
      encoding: 'utf8',
    });
    expect(said).toBe('open: ');
  } finally {
    closeSync(records);
  }
});
