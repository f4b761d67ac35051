import { EndpointDescription, MessageSecurityMode } from 'node-opcua';
import { expect, it } from 'vitest';
import { endpointsFor, endpointsUnder } from './asked-endpoints.js';

const own = [
  new EndpointDescription({
    endpointUrl: 'opc.tcp://gateway-7f9c:4840/fieldwarden',
    securityMode: MessageSecurityMode.SignAndEncrypt,
    serverCertificate: Buffer.from('own'),
  }),
];

it.each([
  ['opc.tcp://127.0.0.1:4840/fieldwarden', 'opc.tcp://127.0.0.1:4840/fieldwarden'],
  ['opc.tcp://plant.example:14840', 'opc.tcp://plant.example:14840/fieldwarden'],
  ['OPC.TCP://Plant/', 'opc.tcp://Plant/fieldwarden'],
  ['opc.tcp://[fe80::1]:4840/other', 'opc.tcp://[fe80::1]:4840/fieldwarden'],
])('asked as %s the endpoint is %s, and otherwise the same', (asked, url) => {
  const [endpoint] = endpointsFor(asked, own)!;
  expect(endpoint.endpointUrl).toBe(url);
  expect(endpoint.securityMode).toBe(MessageSecurityMode.SignAndEncrypt);
  expect(endpoint.serverCertificate?.toString()).toBe('own');
  expect(own[0].endpointUrl).toBe('opc.tcp://gateway-7f9c:4840/fieldwarden');
});

it.each([
  null,
  undefined,
  '',
  'http://plant:4840',
  'opc.tcp://',
  'opc.tcp://a b:4840',
  'opc.tcp://010.1.1.1',
  `opc.tcp://${'a'.repeat(2_000)}`,
])('a URL without a host that can be is not followed: %j', (asked) => expect(endpointsFor(asked, own)).toBeUndefined());

it('are told under each name of the gateway, at their own port', () => {
  expect(endpointsUnder(['plant.example', '[::1]'], own).map(({ endpointUrl }) => endpointUrl)).toEqual([
    'opc.tcp://plant.example:4840/fieldwarden',
    'opc.tcp://[::1]:4840/fieldwarden',
  ]);
});
