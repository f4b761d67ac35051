import { waitFor } from '@fieldwarden/testkit';
import { request } from 'node:http';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { AttributeIds, ClientMonitoredItem, ClientSubscription, TimestampsToReturn } from 'node-opcua';
import { OpcuaReader } from '../opcua-reader.js';
import { setpoint, tagOf } from './safety-plant.js';
import type { SafetyScene } from './safety-scene.js';

/** Something that people, clients or devices do to a gateway, so that it calls its callbacks. What is asked may fail: a fault is armed. */
export interface Stimulus {
  readonly name: string;
  run(scene: SafetyScene): Promise<void>;
}

/** Cheap ones first: a site is hit by the first that does. */
export const stimuli: readonly Stimulus[] = [
  { name: 'time goes by', run: async () => await sleep(150) },
  { name: 'health is asked', run: askHealth },
  { name: 'nonsense comes to the health port', run: sendNonsense },
  { name: 'a tag is written', run: write },
  { name: 'a client follows the events and leaves', run: followEvents },
  { name: 'an OPC UA client comes and goes', run: comeAndGo },
  { name: 'a PLC drops its connections', run: async ({ filler }) => filler.dropConnections() },
  { name: 'a PLC is silent for a while', run: fallSilent },
  { name: 'a generation is published', run: publish },
  { name: 'the plant file changes', run: changeFile },
  { name: 'a driver in the gateway is restarted', run: async (scene) => await restart(scene, 'filler') },
  { name: 'a Host is restarted', run: async (scene) => await restart(scene, 'press') },
  { name: 'a Host is killed', run: killHost },
  { name: 'a driver moves to a Host and back', run: moveAndReturn },
];

async function write({ gateway }: SafetyScene): Promise<void> {
  await gateway.write(setpoint, 1);
}

async function restart({ gateway }: SafetyScene, driverId: string): Promise<void> {
  await gateway.operate(driverId, 'restart');
}

async function askHealth({ gateway }: SafetyScene): Promise<void> {
  for (const path of ['/livez', '/readyz', '/metrics']) await gateway.health(path);
}

async function sendNonsense({ gateway }: SafetyScene): Promise<void> {
  const socket = connect(gateway.runFile.healthPort, '127.0.0.1');
  socket.on('error', () => undefined).end('nonsense\r\n\r\n');
  await sleep(50);
  socket.destroy();
}

async function followEvents({ gateway }: SafetyScene): Promise<void> {
  for (const route of ['/events', '/tags/stream?prefix=line', '/drivers/filler/logs?follow=true']) {
    const options = { socketPath: join(gateway.home, 'admin.sock'), path: `/api/v1${route}` };
    const stream = request(options, (response) => response.resume());
    stream.on('error', () => undefined).end();
    await sleep(100);
    stream.destroy();
  }
}

async function comeAndGo({ gateway }: SafetyScene): Promise<void> {
  await using client = await OpcuaReader.connect(gateway, 'safety');
  const subscription = ClientSubscription.create(client.session, {
    requestedPublishingInterval: 50,
    publishingEnabled: true,
  });
  subscription.on('error', () => undefined); // the server may have refused it
  const item = { nodeId: client.nodeId(tagOf.filler), attributeId: AttributeIds.Value };
  const parameters = { samplingInterval: 0, queueSize: 1 };
  ClientMonitoredItem.create(subscription, item, parameters, TimestampsToReturn.Both).on('err', () => undefined);
  await sleep(200);
}

async function fallSilent({ filler, gateway }: SafetyScene): Promise<void> {
  filler.unit(1).knobs = { silent: true };
  try {
    await waitFor(async () => (await gateway.driver('filler')).devices[0].state === 'demoted', {
      what: 'the filler to be demoted',
      timeoutMs: 5_000,
    });
  } finally {
    filler.unit(1).knobs = {};
  }
  await gateway.tagTurns(tagOf.filler, 'Good', 5_000);
}

async function publish(scene: SafetyScene): Promise<void> {
  const body = { message: 'another description', document: scene.changedPlant() };
  await scene.gateway.ask('POST', '/config/publish', body);
}

async function changeFile(scene: SafetyScene): Promise<void> {
  const { generation } = await scene.gateway.status();
  scene.changePlantFile();
  await waitFor(async () => (await scene.gateway.status()).generation !== generation, {
    what: 'the file to be published',
    timeoutMs: 5_000,
  });
}

async function killHost({ gateway }: SafetyScene): Promise<void> {
  const { pid } = await gateway.driver('press');
  if (pid !== null) process.kill(pid, 'SIGKILL');
  await waitFor(async () => (await gateway.driver('press')).pid !== pid, { what: 'another Host', timeoutMs: 5_000 });
  await gateway.driverTurns('press', 'Healthy', 10_000);
}

async function moveAndReturn({ gateway }: SafetyScene): Promise<void> {
  await gateway.operate('capper', 'promote');
  await gateway.operate('capper', 'demote');
}
