import { lastBackupAt } from '@fieldwarden/backup';
import { ok, warn, type Check } from '../check.js';

const dayMs = 86_400_000;
const oldDays = 7;

/** `<home>/backup.json`, written with each backup: when the last one was made. */
export const backup: Check = {
  id: 'backup',
  run({ home, now }) {
    const remedy = 'make one, and keep it on another machine: fieldwarden backup FILE --passphrase-file PATH';
    const at = lastBackupAt(home);
    if (at === undefined) return warn('no backup was ever made', remedy);
    const days = Math.floor((now.getTime() - at.getTime()) / dayMs);
    const said = `the last backup was made on ${at.toISOString().slice(0, 10)}`;
    return days >= oldDays ? warn(`${said}, ${days} days ago`, remedy) : ok(said);
  },
};
