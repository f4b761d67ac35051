export {
  backupHome,
  examineHome,
  keepBackup,
  restoreHome,
  type HomeBackupWish,
  type RestoredHome,
} from './home-upkeep.js';
export { factsOfBackup, findingsOf } from './backup-facts.js';
