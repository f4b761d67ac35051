import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { Failure } from '../terminal/failure.mjs';
import { phase } from '../terminal/progress.mjs';
import { run } from '../process/run.mjs';

/** The Python that Debian's python3-* packages belong to; another one first on PATH does not see them. */
const systemPython = '/usr/bin/python3';

/** What tests need beside npm packages, as Debian names it, and how to see that it is there. */
export const systemPackages = [
  { name: 'gcc', present: () => onPath('gcc') },
  { name: 'g++', present: () => onPath('g++') },
  { name: 'make', present: () => onPath('make') },
  // systemd-notify: how the gateway tells systemd that it is ready and alive.
  { name: 'systemd', present: () => onPath('systemd-notify') },
  { name: 'util-linux', present: () => onPath('unshare') },
  // promtool: metrics, alert rules and dashboards are judged by the tool of those who read them.
  { name: 'prometheus', present: () => onPath('promtool') },
  // Pairs of pseudo-terminals: serial lines without a serial port.
  { name: 'socat', present: () => onPath('socat') },
  // The console is tried in a real browser.
  { name: 'chromium', present: () => onPath('chromium') },
  // A broker and clients of MQTT that nobody here wrote. Tests start brokers of their own; the service stays off.
  { name: 'mosquitto', present: () => onPath('mosquitto') || existsSync('/usr/sbin/mosquitto') },
  { name: 'mosquitto-clients', present: () => onPath('mosquitto_pub') },
  // An LDAP directory that nobody here wrote, started by the tests that need it; the service stays off.
  { name: 'slapd', present: () => onPath('slapd') || existsSync('/usr/sbin/slapd') },
  { name: 'python3', present: () => existsSync(systemPython) },
  // Independent Modbus implementations: the drivers are tested against peers that nobody here wrote.
  { name: 'libmodbus-dev', present: () => existsSync('/usr/include/modbus/modbus.h') },
  { name: 'mbpoll', present: () => onPath('mbpoll') },
  { name: 'python3-pymodbus', present: () => pythonImports('pymodbus') },
  { name: 'python3-serial', present: () => pythonImports('serial') },
  { name: 'python3-serial-asyncio', present: () => pythonImports('serial_asyncio') },
];

/** Installs what is missing where that is possible (root on Debian), else fails with the one line that does. */
export async function ensureSystemPackages(packages = systemPackages, mayInstall = isRootOnDebian()) {
  const missing = await missingPackages(packages);
  if (missing.length === 0) return;
  const line = `apt-get install -y ${missing.join(' ')}`;
  if (!mayInstall) {
    throw new Failure(`the tests need programs that are not installed: ${missing.join(', ')}`, {
      remedy: `Run: sudo ${line}`,
    });
  }
  await phase(`Installing ${missing.join(', ')}`, () => withoutStartingServices(() => aptInstall(missing, line)));
}

function isRootOnDebian() {
  return process.getuid?.() === 0 && onPath('apt-get');
}

async function missingPackages(packages) {
  const missing = [];
  for (const { name, present } of packages) if (!(await present())) missing.push(name);
  return missing;
}

/** Debian asks this file whether a package may start its service (invoke-rc.d, 8). What tests need, they start themselves. */
const servicePolicy = '/usr/sbin/policy-rc.d';

async function withoutStartingServices(install) {
  if (existsSync(servicePolicy)) return await install();
  writeFileSync(servicePolicy, '#!/bin/sh\nexit 101\n', { mode: 0o755 });
  try {
    return await install();
  } finally {
    rmSync(servicePolicy, { force: true });
  }
}

async function aptInstall(names, line) {
  const apt = (...args) => run('apt-get', args, { env: { DEBIAN_FRONTEND: 'noninteractive' } });
  const install = () => apt('install', '-y', '-q', '--no-install-recommends', ...names);
  if ((await install()).code === 0) return;
  // The package lists of a fresh container are empty or old.
  await apt('update', '-q');
  const { code, output } = await install();
  if (code !== 0)
    throw new Failure('apt-get could not install what the tests need', { output, remedy: `Run: ${line}` });
}

function onPath(command) {
  return (process.env.PATH ?? '').split(delimiter).some((folder) => existsSync(join(folder, command)));
}

async function pythonImports(module) {
  return existsSync(systemPython) && (await run(systemPython, ['-c', `import ${module}`])).code === 0;
}
