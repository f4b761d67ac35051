import { createServer } from 'node:net';
import { resolve } from 'node:path';
import { root } from '../process/paths.mjs';
import { Failure } from '../terminal/failure.mjs';

/** Ports of the lab: flag of `npm start`, variable, default; `rig`: flag of the rig. */
const ports = [
  { title: "rig's Modbus", flag: '--rig-modbus-port', variable: 'FIELDWARDEN_RIG_MODBUS_PORT', port: 5020, rig: '--modbus-port' },
  { title: "rig's S7", flag: '--rig-s7-port', variable: 'FIELDWARDEN_RIG_S7_PORT', port: 10102, rig: '--s7-port' },
  { title: "rig's MQTT broker", flag: '--rig-mqtt-port', variable: 'FIELDWARDEN_RIG_MQTT_PORT', port: 11883, rig: '--mqtt-port' },
  { title: "rig's OPC UA", flag: '--rig-opcua-port', variable: 'FIELDWARDEN_RIG_OPCUA_PORT', port: 14840, rig: '--opcua-port' },
  { title: "rig's control", flag: '--rig-control-port', variable: 'FIELDWARDEN_RIG_CONTROL_PORT', port: 5080, rig: '--control-port' },
  { title: 'OPC UA server', flag: '--opcua-port', variable: 'FIELDWARDEN_OPCUA_PORT', port: 4840 },
  { title: 'health', flag: '--health-port', variable: 'FIELDWARDEN_HEALTH_PORT', port: 4841 },
  { title: 'console and Admin API', flag: '--admin-port', variable: 'FIELDWARDEN_ADMIN_PORT', port: 4842 },
]; // prettier-ignore

/** Means the lab, not the gateway: the plant with a driver that can be broken. */
const chaosFlag = '--chaos';

const rigBind = { flag: '--rig-bind', variable: 'FIELDWARDEN_RIG_BIND' };

export const usage = `npm start -- [options]

Installs what is missing, builds what changed, starts the lab (simulated PLCs, an OPC UA machine, an MQTT broker) and the gateway on its plant. Ctrl-C stops all.

${ports.map(({ title, flag, variable, port }) => `  ${`${flag} PORT`.padEnd(25)}${title}; default ${port}, or ${variable}; 0 = any free one`).join('\n')}
  --bind ADDRESS           of the gateway's ports; default 127.0.0.1, or FIELDWARDEN_BIND
  --rig-bind ADDRESS       of the rig's ports; default 127.0.0.1, or FIELDWARDEN_RIG_BIND
  --home DIR               where the gateway keeps its state; default .fieldwarden, or FIELDWARDEN_HOME
  --chaos                  the plant with a driver that can be broken: apps/rig/README.md
  --force                  publish the lab's plant, whatever was published since
  --help

The plant follows the rig's ports. Everything else goes to \`fieldwarden up\`: npx fieldwarden up --help
`;

/** What `npm start` was told: of its own, for the rig, for the gateway. */
export function startOptions(args, environment) {
  const own = new Map();
  const gateway = [];
  const rig = [];
  const rigFlags = new Map([
    ...ports.flatMap((each) => (each.rig ? [[each.flag, each.rig]] : [])),
    [rigBind.flag, '--bind'],
  ]);
  for (let i = 0; i < args.length; i += 1) {
    const [, flag, inline] = /^(--[^=]+)(?:=(.*))?$/s.exec(args[i]) ?? [];
    if (args[i] === chaosFlag || args[i] === '--help' || args[i] === '-h') own.set(args[i], true);
    else if (rigFlags.has(flag)) rig.push(rigFlags.get(flag), valueOf(flag, inline ?? args[++i], own));
    else {
      gateway.push(args[i]);
      if (isKnown(flag)) own.set(flag, inline ?? args[i + 1]);
    }
  }
  const named = (flag, variable) => own.get(flag) || environment[variable];
  return {
    help: own.has('--help') || own.has('-h'),
    chaos: own.has(chaosFlag),
    home: resolve(root, named('--home', 'FIELDWARDEN_HOME') || '.fieldwarden'),
    rig,
    gateway,
    ports: ports.map(({ title, flag, variable, port, rig: isRig }) => ({
      title,
      flag,
      host: isRig
        ? named(rigBind.flag, rigBind.variable) || '127.0.0.1'
        : named('--bind', 'FIELDWARDEN_BIND') || '127.0.0.1',
      port: portNumber(flag, named(flag, variable) ?? port),
    })),
  };
}

function isKnown(flag) {
  return flag === '--home' || flag === '--bind' || ports.some((each) => each.flag === flag);
}

function valueOf(flag, value, own) {
  if (value === undefined) throw new Failure(`${flag} needs a value`, { remedy: 'npm start -- --help' });
  own.set(flag, value);
  return value;
}

function portNumber(flag, value) {
  const port = /^\d{1,5}$/.test(String(value)) ? Number(value) : NaN;
  if (port <= 65_535) return port;
  throw new Failure(`${flag} must be a port from 0 (any free one) to 65535, not ${JSON.stringify(value)}`, {
    remedy: 'npm start -- --help',
  });
}

/** Before anything is installed or built: fails with all ports that somebody else has, each with the option that moves it. */
export async function refuseTakenPorts(wanted) {
  const taken = [];
  for (const each of wanted) if (each.port > 0 && (await isTaken(each))) taken.push(each);
  for (const [i, each] of wanted.entries())
    if (each.port > 0 && wanted.slice(0, i).some(({ port }) => port === each.port)) taken.push(each);
  if (taken.length === 0) return;
  const list = taken.map(({ title, port, flag }) => `  ${String(port).padEnd(6)} ${title.padEnd(22)} ${flag}`);
  const what = taken.length === 1 ? 'a port is taken' : `${taken.length} ports are taken`;
  throw new Failure(`${what}, often by another \`npm start\`:\n${list.join('\n')}`, {
    remedy: `End what has them, or choose others: npm start -- ${taken.map(({ flag, port }) => `${flag} ${port + 10_000 > 65_535 ? 0 : port + 10_000}`).join(' ')}`,
  });
}

function isTaken({ host, port }) {
  return new Promise((settle) => {
    const server = createServer();
    server.once('error', ({ code }) => settle(code === 'EADDRINUSE'));
    server.listen({ host, port, exclusive: true }, () => server.close(() => settle(false)));
  });
}
