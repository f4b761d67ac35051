import type { Installation } from '@fieldwarden/admin-api/answers';
import { fileURLToPath } from 'node:url';
import type { HomeDirectory } from '../process/home-directory.js';
import { version } from '../version.js';

/** Where this gateway is, and what it came with, for `GET /about`. */
export function installationOf(home: HomeDirectory): Installation {
  return {
    version,
    home: home.path,
    certificates: home.file('pki', 'own', 'certs'),
    installedPackages: fileURLToPath(new URL('../../../../node_modules/.package-lock.json', import.meta.url)),
  };
}
