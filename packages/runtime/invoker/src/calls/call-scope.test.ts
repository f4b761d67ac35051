import type { Logger } from '@fieldwarden/core';
import type { DriverSession } from '@fieldwarden/driver';
import { collectingLogger } from '@fieldwarden/testkit';
import { EventEmitter, on, once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { ScopedLogger } from './call-scope.js';
import { testDevice } from '../testing/test-device.js';

const method = { object: '', method: 'rinse', inputs: [] };
const done = { outcome: 'done', status: 0, outputs: [] } as const;

describe('what a session in this process logs (§12.2)', () => {
  it('carries the call of the client that it serves, over whatever it waits for', async () => {
    const records = collectingLogger();
    const logger: Logger = new ScopedLogger(records).child({ part: 'valve' });
    const callMethod = async () => {
      logger.info('begins');
      await new Promise((resolve) => setImmediate(resolve));
      logger.warn('ends', { capability: 'own' });
      return done;
    };
    await testDevice({ callMethod }).callMethod(method, 'c-1');
    logger.info('after');
    const own = { correlationId: 'c-1', device: 'd1' };
    expect(records.records.map(({ message, fields }) => [message, fields])).toEqual([
      ['begins', { part: 'valve', ...own, capability: 'callMethod' }],
      ['ends', { part: 'valve', ...own, capability: 'own' }],
      ['after', { part: 'valve' }],
    ]);
  });

  it('keeps calls apart that run at one time, and carries nothing for a call that no client made', async () => {
    const records = collectingLogger();
    const logger = new ScopedLogger(records);
    const gate = new EventEmitter();
    const session: Partial<DriverSession> = {
      callMethod: async (_device, { method: name }) => {
        for await (const _ of on(gate, 'go')) break;
        logger.debug(name);
        return done;
      },
      probe: () => Promise.resolve(logger.info('probed')),
    };
    const device = testDevice(session);
    const calls = ['a', 'b'].map((name) => device.callMethod({ ...method, method: name }, `c-${name}`));
    gate.emit('go');
    await Promise.all([...calls, device.probe()]);
    const ids = records.records.map(({ message, fields }) => [message, fields?.correlationId]);
    expect(ids.toSorted()).toEqual([
      ['a', 'c-a'],
      ['b', 'c-b'],
      ['probed', undefined],
    ]);
  });

  it('forgets the call when that is over, also where a socket that it opened goes on', async () => {
    const records = collectingLogger();
    const logger = new ScopedLogger(records);
    const server = createServer((socket) => void socket.on('data', (data) => socket.write(data)));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const answers = new EventEmitter();
    const opened = async (): Promise<Socket> => {
      const socket = connect(port, '127.0.0.1');
      socket.on('data', (data) => {
        logger.info(data.toString());
        answers.emit('answer');
      });
      socket.write('during');
      await once(answers, 'answer');
      return socket;
    };
    const sockets: Socket[] = [];
    const callMethod = async () => {
      sockets.push(await opened());
      return done;
    };
    await testDevice({ callMethod }).callMethod(method, 'c-1');
    const [socket] = sockets;
    socket.write('after');
    await once(answers, 'answer');
    socket.destroy();
    server.close();
    expect(records.records.map(({ message, fields }) => [message, fields?.correlationId])).toEqual([
      ['during', 'c-1'],
      ['after', undefined],
    ]);
  });
});
