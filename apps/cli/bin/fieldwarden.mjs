#!/usr/bin/env node
// Runs under any Node that knows ES modules, and hands over to the Node that comes with the product if it is too old itself.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { constants } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Oldest Node that can run the gateway: node-opcua and opossum ask for it. */
const oldest = [22, 13];

const main = new URL('../dist/main.js', import.meta.url);

if (!existsSync(main)) fail('Fieldwarden is not built yet. Run: npm run setup');
else if (isNewEnough(process.versions.node)) await import(main.href);
else handOver(bundledNode());

function isNewEnough(version) {
  const [major, minor] = version.split('.').map(Number);
  return major > oldest[0] || (major === oldest[0] && minor >= oldest[1]);
}

/** The package of the lock file whose content is the Node binary for this machine. */
function bundledNode() {
  const platform = process.platform === 'win32' ? 'win' : process.platform;
  try {
    const manifest = createRequire(import.meta.url).resolve(`node-${platform}-${process.arch}/package.json`);
    return join(dirname(manifest), 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
  } catch {
    return undefined;
  }
}

function handOver(node) {
  if (node === undefined) {
    fail(`Fieldwarden needs Node ${oldest.join('.')} or newer; this is ${process.versions.node}. Run: npm run setup`);
    return;
  }
  const child = spawn(node, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], { stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('error', (error) => fail(`${node} cannot be started: ${error.message}`));
  child.on('exit', (code, signal) => {
    process.exitCode = code ?? 128 + constants.signals[signal];
  });
}

function fail(message) {
  console.error(message);
  process.exitCode = 1;
}
