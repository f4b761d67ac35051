export {
  backupHome,
  examineHome,
  keepBackup,
  readBackupFile,
  restoreHome,
  type HomeBackupWish,
  type RestoredHome,
} from './home-upkeep.js';
export { factsOfBackup } from './local-upkeep.js';
