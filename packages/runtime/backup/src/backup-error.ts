import { GatewayError } from '@fieldwarden/core';

/**
 * What keeps a backup from being made or brought back, kind `config`: `BACKUP_NO_BACKUP` · `BACKUP_DAMAGED` · `BACKUP_CUT` ·
 * `BACKUP_PASSPHRASE` · `BACKUP_NEWER` · `BACKUP_INCOMPLETE` · `HOME_NOT_EMPTY` · `HOME_NEWER`.
 */
export function backupError(code: string, message: string, cause?: unknown): GatewayError {
  return new GatewayError({ code, kind: 'config', message, cause });
}

export const damaged = (what: string): GatewayError =>
  backupError('BACKUP_DAMAGED', `the backup is damaged: ${what}; nothing was changed`);

export const cut = (): GatewayError =>
  backupError('BACKUP_CUT', 'the backup is cut off: its end is missing; nothing was changed');
