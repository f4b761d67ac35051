import { isGatewayError, messageOf, systemClock } from '@fieldwarden/core';
import { startRig, type Rig } from './rig.js';
import { parseRigOptions, portNames, portSettings, usage, type RigOptions } from './rig-options.js';

const exitFailed = 1;
const exitUsage = 2;

try {
  await main();
} catch (error) {
  console.error(`rig: ${messageOf(error)}`);
  process.exitCode = isGatewayError(error) && error.code === 'RIG_USAGE' ? exitUsage : exitFailed;
}

async function main(): Promise<void> {
  const options = parseRigOptions(process.argv.slice(2), process.env);
  if (options.help) {
    console.log(usage);
    return;
  }
  const stop = nextSignal();
  const rig = await startRig(options, systemClock);
  announce(rig, options);
  await stop;
  await rig[Symbol.asyncDispose]();
}

/** Registered before the ports are open, so that no signal finds the rig unprepared. */
function nextSignal(): Promise<void> {
  // whoever read our output may be gone: no reason to die with an exception
  process.stdout.on('error', () => undefined);
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
  });
}

function announce({ ports, brokerProgram }: Rig, { bind, json, chaos }: RigOptions): void {
  for (const name of portNames) console.log(`rig: ${portSettings[name].title} on ${bind}:${ports[name]}`);
  console.log(`rig: the broker is ${brokerProgram}`);
  if (chaos) console.log('rig: with chaos: npx fieldwarden up --plant apps/rig/plant.chaos.yaml');
  if (!json) return;
  const named = Object.fromEntries(portNames.map((name) => [`${name}Port`, ports[name]]));
  console.log(JSON.stringify({ schema: 'fieldwarden/rig-started@1', ...named }));
}
