import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join, relative } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { Failure } from '../terminal/failure.mjs';
import { watchParent } from '../process/parent.mjs';
import { root } from '../process/paths.mjs';
import { startProgram } from '../process/program.mjs';

const lookEveryMs = 25;

/** Relative to the root of the tree. */
const labScripts = { rig: 'apps/rig/dist/main.js', cli: 'apps/cli/dist/main.js' };

/**
 * Starts the rig, then the gateway on the rig's plant, and stays until one of them ends or a signal asks for the end; whatever happens,
 * the gateway goes first and the rig last. Resolves with the exit code of the gateway.
 * @param {{ node: string, options: ReturnType<import('./start-options.mjs').startOptions>, scripts?: typeof labScripts }} lab
 */
export async function runLab({ node, options, scripts = labScripts }) {
  const programs = [];
  const start = (what) => {
    const program = startProgram({ command: node, ...what });
    programs.unshift(program);
    return program;
  };
  const signal = firstSignal(() => programs.forEach((program) => program.kill('SIGKILL')));
  const up = bringUp({ start, options, scripts });
  try {
    const ended = await Promise.race([signal, up.then(firstEnd)]);
    if (ended.program) console.error(`\nThe ${ended.program.name} ended by itself (${ended.reason}).`);
    return await stopAll(programs, ended);
  } catch (error) {
    await stopAll(programs);
    throw error;
  }
}

async function bringUp({ start, options, scripts }) {
  const { home, chaos } = options;
  const rig = start({ name: 'rig', args: [scripts.rig, '--json', ...options.rig], stdout: 'pipe' });
  const rigPorts = await orEnd(rig, firstJsonLine(rig.stdout));
  const gateway = start({
    name: 'gateway',
    args: [scripts.cli, ...upArguments(options, rigPorts)],
    stdout: 'inherit',
  });
  await orEnd(gateway, runFileAppears(home, gateway.pid));
  console.log(welcome(rigPorts, home, chaos));
  return [rig, gateway];
}

/** What of the rig's plants goes to the rig, by driver or section: it follows the rig's ports. */
const rigOptions = [
  ({ modbusPort }) => `packaging.port=${modbusPort}`,
  ({ s7Port }) => `press.port=${s7Port}`,
  ({ opcuaPort }) => `wrapping.endpointUrl=opc.tcp://127.0.0.1:${opcuaPort}`,
  ({ mqttPort }) => `field.url=mqtt://127.0.0.1:${mqttPort}`,
  ({ mqttPort }) => `mqtt.url=mqtt://127.0.0.1:${mqttPort}`,
];

/** What the user passes comes last, so that it wins. */
export function upArguments({ home, chaos, gateway }, rigPorts) {
  const plant = chaos ? 'apps/rig/plant.chaos.yaml' : 'apps/rig/plant.yaml';
  const moved = rigOptions.flatMap((option) => ['--driver-option', option(rigPorts)]);
  return ['up', '--plant', join(root, plant), ...moved, '--home', home, ...gateway];
}

/** @returns {Promise<never | T>} @template T */
async function orEnd(program, ready) {
  const end = program.exited.then(({ reason }) => {
    throw new Failure(`the ${program.name} did not start (${reason})`, {
      remedy: 'Its own message stands above.',
    });
  });
  return Promise.race([ready, end]);
}

function firstEnd(programs) {
  return Promise.race(programs.map(async (program) => ({ program, ...(await program.exited) })));
}

async function stopAll(programs, ended) {
  let code = 0;
  for (const program of programs) {
    const end = await program.stop();
    if (program.name === 'gateway') code = end.code;
  }
  return ended?.program?.name === 'rig' ? code || 1 : code;
}

/** The first signal, or the end of npm above, asks for the orderly end, the second one ends everything at once. */
function firstSignal(onSecond) {
  return new Promise((settle) => {
    let asked = false;
    const onSignal = (name) => {
      if (asked) onSecond();
      asked = true;
      settle({ reason: name });
    };
    for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(name, onSignal);
    watchParent(() => onSignal('the end of npm'));
  });
}

/** The rig says on one JSON line where it listens; what it says later goes to the terminal. */
function firstJsonLine(stream) {
  return new Promise((settle) => {
    let ready = false;
    createInterface({ input: stream }).on('line', (line) => {
      if (ready) console.log(line);
      else if (line.startsWith('{')) {
        ready = true;
        settle(JSON.parse(line));
      }
    });
  });
}

/** The gateway writes `run.json` when all its ports answer; an older one carries another pid. */
async function runFileAppears(home, pid) {
  while (readRunFile(home)?.pid !== pid) await delay(lookEveryMs, undefined, { ref: false });
}

function readRunFile(home) {
  try {
    return JSON.parse(readFileSync(join(home, 'run.json'), 'utf8'));
  } catch {
    return undefined;
  }
}

/** Fails if a gateway answers for this home already. */
export async function refuseSecondStart(home) {
  const run = readRunFile(home);
  if (!run || !(await answers(run.healthPort))) return;
  throw new Failure(`a gateway (pid ${run.pid}) already runs on ${home}`, {
    remedy: `Press Ctrl-C where it runs, or: npx fieldwarden down --home ${relative(root, home) || '.'}`,
  });
}

function answers(port) {
  return new Promise((settle) => {
    const socket = connect({ host: '127.0.0.1', port });
    const end = (result) => {
      socket.destroy();
      settle(result);
    };
    socket.on('connect', () => end(true)).on('error', () => end(false));
  });
}

/** The gateway has told its own addresses by then. */
function welcome(rig, home, chaos) {
  const here = relative(root, home) || '.';
  const breakIt = `\n  Break it     npx fieldwarden tags write chaos/command hang --home ${here}`;
  return `
Fieldwarden runs on the lab rig.

  Rig          ${describeRig(rig)}
  Look around  npx fieldwarden list --home ${here}${chaos ? breakIt : ''}
  Stop         Ctrl-C
`;
}

/** Every number in the rig's line is a port: `{modbusPort: 5020, …}` → `modbus 5020 · …`. */
function describeRig(rig) {
  return Object.entries(rig)
    .filter(([, value]) => typeof value === 'number')
    .map(([name, port]) => `${name.replace(/Port$/, '')} ${port}`)
    .join(' · ');
}
