import { build } from './build.mjs';
import { install } from './install.mjs';

/** What every command begins with: packages as the lock file says, everything built. */
export async function prepare() {
  await install();
  await build();
}
