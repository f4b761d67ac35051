import { FakeClock } from '@fieldwarden/testkit';
import { EventEmitter } from 'node:events';
import type { Socket } from 'node:net';
import { expect, it } from 'vitest';
import { Door, networkOf, type Occupation } from './door.js';

class FakeSocket extends EventEmitter {
  occupation: Occupation = 'idle';
  isOpen = true;
  readonly remoteAddress: string;

  constructor(remoteAddress: string) {
    super();
    this.remoteAddress = remoteAddress;
  }

  destroy(): void {
    this.isOpen = false;
    this.emit('close');
  }
}

class Entrance {
  readonly clock = new FakeClock();
  readonly door = new Door({ connections: 10, perAddress: 6 }, this.clock);

  comes(count: number, address: string, occupation: Occupation = 'idle'): FakeSocket[] {
    return Array.from({ length: count }, () => {
      const socket = new FakeSocket(address);
      socket.occupation = occupation;
      this.door.admit(socket as unknown as Socket, () => socket.occupation);
      return socket;
    });
  }
}

const open = (sockets: readonly FakeSocket[]): number => sockets.filter(({ isOpen }) => isOpen).length;

it('lets everybody in, and has the oldest idle ones of an address with too many go', async () => {
  const entrance = new Entrance();
  const others = entrance.comes(3, '10.0.0.2');
  const idle = entrance.comes(40, '10.0.0.1');
  const [good] = entrance.comes(1, '10.0.0.1', 'served');
  expect(open(idle)).toBe(40); // what they sent at once is read first
  await entrance.clock.advance(150);
  expect([open(idle), open(others), good.isOpen]).toEqual([5, 3, true]);
  expect(idle.slice(-5).every(({ isOpen }) => isOpen)).toBe(true);
  expect(entrance.door.statistics).toEqual({ connections: 9, evicted: 35 });
});

it('has the oldest idle one go, whoever it is, when there are too many altogether', async () => {
  const entrance = new Entrance();
  const served = entrance.comes(4, '10.0.0.1', 'served');
  const idle = ['10.0.0.2', '10.0.0.3', '10.0.0.4'].flatMap((address) => entrance.comes(3, address));
  await entrance.clock.advance(150);
  expect([open(served), idle.map(({ isOpen }) => isOpen)]).toEqual([
    4,
    [false, false, false, true, true, true, true, true, true],
  ]);
});

it('sends nobody away who is served, and looks again while there are too many', async () => {
  const entrance = new Entrance();
  const served = entrance.comes(9, '10.0.0.1', 'served');
  await entrance.clock.advance(1_000);
  expect(open(served)).toBe(9);
  for (const socket of served) socket.occupation = 'idle';
  await entrance.clock.advance(150);
  expect(open(served)).toBe(6);
});

it('refuses the newest where a crowd would use up all descriptors', () => {
  const entrance = new Entrance();
  const crowd = entrance.comes(200, '10.0.0.1', 'served');
  expect(open(crowd)).toBe(160);
  expect(crowd[199].isOpen).toBe(false);
});

it('is quiet while there is room, and forgets who left', async () => {
  const entrance = new Entrance();
  for (const socket of entrance.comes(6, '::1')) socket.destroy();
  entrance.comes(6, '::1');
  await entrance.clock.advance(1_000);
  expect([entrance.door.statistics, entrance.clock.pendingTimers]).toEqual([{ connections: 6, evicted: 0 }, 0]);
});

it('takes the network of an IPv6 address for the address', () => {
  const addresses = ['10.0.0.1', '::ffff:10.0.0.1', '2001:db8:1:2:3::4', '2001:db8:1:2:9::9'];
  expect(addresses.map(networkOf)).toEqual(['10.0.0.1', '10.0.0.1', '2001:db8:1:2', '2001:db8:1:2']);
});
