export { backupError } from './backup-error.js';
export { backupFormat, type BackupHead } from './format/backup-head.js';
export { minPassphraseLength } from './format/backup-key.js';
export type { BackupEntry, EntrySink } from './format/entries.js';
export { lastBackupAt, noteBackup } from './home/backup-note.js';
export { belongsInBackup, type BackupChoice } from './home/home-contents.js';
export {
  homeFormat,
  homeVersionFile,
  markHome,
  readHomeVersion,
  refuseNewerHome,
  type HomeVersion,
} from './home/home-version.js';
export { readBackup, type ReadBackup } from './read-backup.js';
export { finishRestore, inTheWay, type FinishedRestore } from './restore/finish-restore.js';
export { stageRestore } from './restore/stage-restore.js';
export { writeBackup, type BackupRequest, type BackupSummary } from './write-backup.js';
