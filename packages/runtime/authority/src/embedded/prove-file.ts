import { createRequire } from 'node:module';
import type { Clock } from '@fieldwarden/core';
import { proveDatabase, type ProofVerdict } from '@fieldwarden/storage/lmdb';
import { damaged, schemaNewer, unreachable } from '../authority-errors.js';
import { damageRemedy } from './authority-file.js';
import { fileFormat } from './records.js';

/**
 * Has a child process check the whole file before this one opens it. Resolves when it is sound or does not exist. Rejects with
 * `AUTHORITY_DAMAGED`, `AUTHORITY_SCHEMA_NEWER`, or `AUTHORITY_UNREACHABLE` if it could not be checked.
 */
export async function proveFile(path: string, clock: Clock): Promise<void> {
  // By the package's own name: also found when this module runs from its source.
  const program = createRequire(import.meta.url).resolve('@fieldwarden/authority/prove-file');
  const verdict = await proveDatabase({ path, program, clock }).catch((error: unknown): ProofVerdict => {
    throw unreachable(`cannot check ${path}`, 'Check that the home directory is readable for the gateway', error);
  });
  if (verdict.outcome === 'newer') throw schemaNewer(path, verdict.format, fileFormat);
  if (verdict.outcome === 'flawed') throw damaged(`${path} is damaged: ${verdict.reason}`, damageRemedy);
}
