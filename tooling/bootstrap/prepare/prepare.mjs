import { build, wasBuilt } from './build.mjs';
import { install } from './install.mjs';
import { ensureNativeModules } from './native-modules.mjs';
import { ensureSystemPackages } from './system-packages.mjs';

/** What every command begins with: packages as the lock file says, everything built. */
export async function prepare() {
  await install();
  await build();
}

/** For what compiles by itself: builds only a tree that never was. */
export async function prepareOnce() {
  await install();
  if (!wasBuilt()) await build();
}

/** The same as `prepare`, and what only tests need. */
export async function prepareTests() {
  await prepare();
  await ensureSystemPackages();
  await ensureNativeModules();
}
