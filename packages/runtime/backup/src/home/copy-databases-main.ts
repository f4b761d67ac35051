import { closeInheritedFiles } from '@fieldwarden/core/close-inherited-files';
import { messageOf } from '@fieldwarden/core';
import { lmdbOptions } from '@fieldwarden/storage/lmdb';
import { open } from 'lmdb';

/**
 * `node PROGRAM FROM TO …`: copies LMDB files as they are at one moment each, whoever has them open. In a process of its own, because one process
 * must not open a file twice, and because a damaged one may end it. Says a dot for each that was copied.
 */
closeInheritedFiles();
process.umask(0o077);
for (let rest = process.argv.slice(2); rest.length > 0; rest = rest.slice(2)) {
  const [from, to] = rest;
  try {
    const database = open({ path: from, readOnly: true, ...lmdbOptions, keyEncoding: 'binary' });
    await database.backup(to, true);
    await database.close();
    process.stdout.write('.');
  } catch (error) {
    process.stderr.write(messageOf(error));
    process.exit(1);
  }
}
