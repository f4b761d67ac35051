import type { DataType, TagValue } from '@fieldwarden/core';
import type { Point } from '@fieldwarden/driver';
import { TestBroker } from '@fieldwarden/mqtt-link/testing';
import { FaultProxy } from '@fieldwarden/testkit';
import type { ContractDevice, DriverContractFixture } from '@fieldwarden/testkit/contract-suite';
import mqttDriver from '../driver.js';
import { mqttTagOptions } from '../tag-options.js';
import { JsonDevice } from './json-device.js';

/** The MQTT driver as the contract suite sees it: a broker in this process, a device that speaks JSON, and a way between that breaks. */
export const mqttContract: DriverContractFixture = { definition: mqttDriver, start: brokeredDevice };

const signals = {
  speed: 12.5,
  running: true,
  count: -7,
  serial: '9007199254740993',
  name: 'lemon',
  fixed: 1,
  levels: [1, 2, 3],
};

async function brokeredDevice(): Promise<ContractDevice> {
  const broker = await TestBroker.start();
  const device = await JsonDevice.start(broker.url, signals);
  const proxy = await FaultProxy.listen({ targetPort: broker.port });
  return {
    options: { url: `mqtt://127.0.0.1:${proxy.port}` },
    devices: [{ id: 'line', options: {} }],
    deviceId: 'line',
    spareDevice: { id: 'other', options: {} },
    otherOptions: { templates: [{ path: 'plant/{1}', address: 'plant/+ $.v' }] },
    missingNode: 'nobody/publishes/this',
    readable: [
      known('speed', { scalar: 'float32' }, 12.5),
      known('running', { scalar: 'bool' }, true),
      known('count', { scalar: 'int16' }, -7),
      known('serial', { scalar: 'int64' }, 9_007_199_254_740_993n),
      known('name', { scalar: 'string' }, 'lemon'),
      known('levels', { scalar: 'uint8', arrayLength: 3 }, [1, 2, 3]),
    ],
    writable: [
      { point: point('speed', { scalar: 'float32' }), value: 20.25 },
      { point: point('running', { scalar: 'bool' }), value: false },
      { point: point('serial', { scalar: 'int64' }), value: 9_007_199_254_740_995n },
      { point: point('name', { scalar: 'string' }), value: 'a "quoted" lime' },
    ],
    rejected: { point: point('fixed', { scalar: 'int32' }), value: 2 },
    missing: { ...point('absent', { scalar: 'int32' }) },
    unparsable: { path: 'contract/unparsable', address: 'plant/#/speed', type: { scalar: 'float32' } },
    silence: () => void (proxy.toClient.silent = true),
    unsilence() {
      proxy.toClient.silent = false;
      // Bytes were lost on the way: what stands between a client and its broker then is no connection any more.
      proxy.dropConnections();
    },
    vanish() {
      proxy.refuse();
      proxy.dropConnections();
    },
    comeBack: () => proxy.accept(),
    writesSeen: () => device.writes.length,
    connectionsSeen: () => proxy.accepted,
    async [Symbol.asyncDispose]() {
      await device[Symbol.asyncDispose]();
      await proxy[Symbol.asyncDispose]();
      await broker[Symbol.asyncDispose]();
    },
  };
}

function known(signal: string, type: DataType, expected: TagValue) {
  return { point: point(signal, type), expected };
}

function point(signal: string, type: DataType): Point {
  const topic = `plant/${signal}`;
  const write = { topic: `${topic}/set`, template: '{"v":{value},"id":"{id}"}', ackTopic: `${topic}/set-result` };
  const options = mqttTagOptions.parse({ jsonPath: '$.v', timePath: '$.ts', write });
  return { path: `contract/${signal}`, address: topic, type, options };
}
