import { expect, it } from 'vitest';
import { certifiedNames, machineNames, ownNames } from './own-names.js';

const machine = { machineName: 'gateway-1', addresses: ['10.0.0.5', '2001:db8::5'] };

it('one that listens on one address goes by it, by the machine and by what the plant says', () => {
  const names = ownNames({ bind: '10.0.0.5', hostNames: ['plant.example.', '192.168.7.1'], ...machine });
  expect(names).toEqual({ required: ['gateway-1', 'plant.example', '192.168.7.1', '10.0.0.5'], addresses: [] });
  expect(certifiedNames(names)).toEqual({
    dns: ['gateway-1', 'plant.example', 'localhost'],
    ip: ['192.168.7.1', '10.0.0.5', '127.0.0.1'],
  });
});

it.each(['0.0.0.0', '::'])('one that listens on %s goes by every address that the machine has now', (bind) => {
  const names = ownNames({ bind, hostNames: [], ...machine });
  expect(names).toEqual({ required: ['gateway-1'], addresses: ['10.0.0.5', '2001:db8::5'] });
  expect(certifiedNames(names).ip).toEqual(['127.0.0.1', '10.0.0.5', '2001:db8::5']);
});

it('leaves out what no certificate can name, and says nothing twice', () => {
  const names = ownNames({ bind: 'fe80::1%eth0', hostNames: ['gateway-1'], machineName: 'gateway-1', addresses: [] });
  expect(names.required).toEqual(['gateway-1']);
  expect(ownNames({ bind: '[::1]', hostNames: [], ...machine, machineName: 'wärter, 1' }).required).toEqual(['::1']);
});

it('knows the machine it runs on, without loopback and link-local addresses', () => {
  const { machineName, addresses } = machineNames();
  expect(machineName).not.toBe('');
  expect(addresses.filter((address) => /^(127\.|::1$|fe80:)/.test(address))).toEqual([]);
});

it('does not go by the name that a container got by itself', () => {
  const names = {
    bind: '0.0.0.0',
    hostNames: ['plant.example'],
    machineName: '3f2a9c0d1e4b',
    addresses: ['172.18.0.3'],
  };
  expect(ownNames(names)).toEqual({ required: ['plant.example'], addresses: ['172.18.0.3'] });
});
