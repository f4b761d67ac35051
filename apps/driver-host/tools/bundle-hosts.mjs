import { existsSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';
import { bundleFile, contentHash } from '../dist/bundle/bundle-file.js';

/**
 * Makes one script of what a Host loads, and one of each built-in driver (`hosted.js` beside its `driver.js`). CommonJS, since Node starts
 * that without its loader of ES modules. `bundle.json` says what they were made of: `hostProgram` uses no bundle that is older. Argument: the
 * folder to write to; default: where the gateway looks.
 */
const root = fileURLToPath(new URL('../../../', import.meta.url));
const folder = resolve(process.argv[2] ?? fileURLToPath(new URL('../dist/bundled/', import.meta.url)));
/** Moved into place when it is complete: a gateway may be starting Hosts from the one before. */
const unfinished = `${folder}.${process.pid}`;

const hostScripts = {
  main: 'apps/driver-host/dist/main.js',
  'watchdog-thread': 'packages/runtime/channel/dist/process/watchdog-thread.js',
};

/**
 * What modbus-serial loads and no Host uses: its own ports and servers, which load the serial port's native module, and its log, which only a
 * variable of the environment switches on that no Host has.
 */
const unusedParts = /^serialport$|^\.\.?\/(ports|servers|worker)\//;
const unusedPart = '\0unused part';
const silentLog = '\0silent log';
const standIns = { [unusedPart]: 'module.exports = {};', [silentLog]: 'module.exports = () => () => undefined;' };
const leavesPartsOut = {
  name: 'leaves unused parts out',
  resolveId(source, importer = '') {
    if (!importer.includes('/node_modules/modbus-serial/')) return null;
    if (source === 'debug') return silentLog;
    return unusedParts.test(source) ? unusedPart : null;
  },
  load: (id) => standIns[id] ?? null,
};

const drivers = hostedDrivers();
const inputs = await writeScripts();
const file = {
  entries: Object.fromEntries(drivers.map(({ definition, name }) => [definition, `${name}.js`])),
  inputs,
  hash: contentHash(root, inputs),
};
writeFileSync(join(unfinished, bundleFile), `${JSON.stringify(file, undefined, 1)}\n`);
rmSync(folder, { recursive: true, force: true });
renameSync(unfinished, folder);

/** `rtu-hosted.js` is what a Host loads of the definition in `rtu-driver.js`. */
function hostedDrivers() {
  return readdirSync(join(root, 'packages/drivers')).flatMap((name) => {
    const dist = `packages/drivers/${name}/dist`;
    if (!existsSync(join(root, dist))) return [];
    const hosted = readdirSync(join(root, dist)).filter((file) => /^([a-z0-9-]+-)?hosted\.js$/.test(file));
    return hosted.map((file) => ({
      name: `${name}-${file.replace(/\.js$/, '')}`,
      hosted: `${dist}/${file}`,
      definition: `${dist}/${file.replace(/hosted\.js$/, 'driver.js')}`,
    }));
  });
}

/** Returns what went in, as paths below the root. */
async function writeScripts() {
  const scripts = { ...hostScripts, ...Object.fromEntries(drivers.map(({ name, hosted }) => [name, hosted])) };
  const bundle = await rolldown({
    input: Object.fromEntries(Object.entries(scripts).map(([name, path]) => [name, join(root, path)])),
    platform: 'node',
    // Native, and loaded by the first opening of a port only; the OPC UA stack: large, shared with the gateway, and loaded when a driver opens.
    external: ['serialport', /^node-opcua-/],
    plugins: [leavesPartsOut],
  });
  const { output } = await bundle.write({ dir: unfinished, format: 'cjs', entryFileNames: '[name].js' });
  for (const { fileName, code } of output) writeFileSync(join(unfinished, fileName), inAscii(code));
  // The package's own scripts are ES modules.
  writeFileSync(join(unfinished, 'package.json'), '{ "type": "commonjs" }\n');
  const modules = output.flatMap(({ moduleIds = [] }) => moduleIds).filter((id) => !id.startsWith('\0'));
  const schemas = modules.filter((id) => id.includes('/node_modules/zod/'));
  if (schemas.length > 0) throw new Error(`a Host needs no schemas, but something in its bundle imports ${schemas[0]}`);
  return [...new Set([fileURLToPath(import.meta.url), ...modules].map((id) => relative(root, id)))].sort();
}

/** V8 keeps a text with a single character beyond Latin-1 in twice the memory. */
function inAscii(code) {
  return code.replace(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
