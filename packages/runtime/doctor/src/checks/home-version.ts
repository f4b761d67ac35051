import { readHomeVersion } from '@fieldwarden/backup';
import { fail, ok, type Check } from '../check.js';

export const homeVersion: Check = {
  id: 'home-version',
  run({ home, version, homeFormat }) {
    const found = readHomeVersion(home);
    if (!found || found.format <= homeFormat) return ok(`this version understands ${home}`);
    return fail(
      `${home} was written by Fieldwarden ${found.version}, which this one (${version}) does not understand`,
      'start that version again, or bring back a backup from before the upgrade: fieldwarden restore FILE --yes',
    );
  },
};
