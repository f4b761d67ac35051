import { join } from 'node:path';
import { TestCertificates } from '@fieldwarden/mqtt-link/testing';
import { describe, expect, it } from 'vitest';
import { checkMqttOptions } from './check-options.js';
import { mqttDeviceOptions, mqttOptions } from './options.js';
import { mqttTagOptions } from './tag-options.js';

const parsed = (more: object) => mqttOptions.parse({ url: 'mqtt://127.0.0.1', ...more });
const found = (more: object, devices: Parameters<typeof checkMqttOptions>[1] = []) =>
  checkMqttOptions(parsed(more), devices, { looksAtFiles: true }).map(
    ({ path, rule, severity }) => `${severity} ${path.join('.')} ${rule}`,
  );
const refusal = (parse: () => unknown): string => {
  try {
    parse();
    return '';
  } catch (error) {
    return (error as Error).message;
  }
};

describe('options of the driver', () => {
  it.each([
    ['a broker without anything else', {}, []],
    ['a URL of another protocol', { url: 'http://x' }, ['error options.url mqtt-url']],
    ['credentials in the URL', { url: 'mqtt://u:p@h' }, ['error options.url mqtt-url']],
    ['a path where there is no WebSocket', { url: 'mqtt://h/x' }, ['error options.url mqtt-url']],
    ['certificates in the clear', { tls: { caFile: '/x.pem' } }, ['error options.tls mqtt-tls-in-clear']],
    [
      'a certificate that is not there',
      { url: 'mqtts://h', tls: { caFile: '/x.pem' } },
      ['error options.tls.caFile mqtt-tls-file'],
    ],
    ['a protocol by ALPN', { url: 'mqtts://h', tls: { alpn: 'x-amzn-mqtt-ca' } }, []],
    ['one over a WebSocket', { url: 'wss://h', tls: { alpn: 'mqtt' } }, ['error options.tls.alpn mqtt-alpn']],
    ['one in the clear', { tls: { alpn: 'mqtt' } }, ['error options.tls mqtt-tls-in-clear']],
    ['a password without a user', { password: 'x' }, ['error options.password mqtt-password-without-user']],
    [
      'a password in the clear',
      { url: 'ws://h', username: 'u', password: 'x' },
      ['warning options.url mqtt-password-in-clear'],
    ],
    ['a password on loopback', { username: 'u', password: 'x' }, []],
    ['a password that TLS hides', { url: 'wss://h', username: 'u', password: 'x' }, []],
  ])('%s', (_, more, findings) => expect(found(more)).toEqual(findings));

  it('a certificate and the key of another one', async () => {
    await using certificates = await TestCertificates.make();
    const { client, broker } = certificates;
    const url = 'mqtts://h';
    expect(found({ url, tls: client })).toEqual([]);
    expect(found({ url, tls: { ...client, keyFile: broker.keyFile } })).toEqual(['error options.tls.keyFile mqtt-key']);
    expect(found({ url, tls: { ...client, keyFile: null } })).toEqual(['error options.tls.keyFile mqtt-key']);
    expect(found({ url, tls: { caFile: join(client.caFile, '..', 'ca.key') } })).toEqual([
      'error options.tls.caFile mqtt-certificate',
    ]);
  });

  it('take a version as YAML reads it without quotes', () => {
    expect([5, '5', '3.1.1', 'auto'].map((version) => parsed({ version }).version)).toEqual([
      '5',
      '5',
      '3.1.1',
      'auto',
    ]);
  });

  it('have filters to browse that are some', () => {
    expect(refusal(() => parsed({ browse: ['plant/#', '+/state'] }))).toBe('');
    expect(refusal(() => parsed({ browse: ['plant/#/state'] }))).toContain('is no topic filter');
  });
});

describe('tags', () => {
  const tag = (more: object) => ({
    path: 'a',
    address: 'a',
    type: { scalar: 'float64' as const },
    options: mqttTagOptions.parse({}),
    ...more,
  });

  it('cannot be verified by reading them back', () => {
    const devices = [
      { id: 'd', options: mqttDeviceOptions.parse({}), tags: [tag({}), tag({ verify: true })] },
    ] as unknown as Parameters<typeof checkMqttOptions>[1];
    expect(found({}, devices)).toEqual(['error devices.0.tags.1.verify mqtt-verify']);
  });

  it.each([
    ['a path in JSON that is none', { jsonPath: 'v' }, 'begins with neither'],
    ['a topic of writes with a wildcard', { write: { topic: 'a/#' } }, 'is no topic'],
    ['a template without a value', { write: { topic: 'a', template: '{"v":1}' } }, 'is no template'],
    ['a field that does not exist', { jsonpath: '$.v' }, 'jsonpath'],
  ])('%s is refused', (_, options, reason) => {
    expect(refusal(() => mqttTagOptions.parse(options))).toContain(reason);
  });
});

describe('templates of a device', () => {
  const template = (more: object) =>
    refusal(() => mqttDeviceOptions.parse({ templates: [{ path: 'p/{1}', address: 'plant/+/state', ...more }] }));

  it.each([
    ['as in the README', { path: 'plant/{1}/temperature', address: 'plant/+/state $.temperature' }, ''],
    ['with a path that no tag may have', { path: 'plant {1}' }, 'a path is of letters'],
    ['with an address that is none', { address: 'plant/+/state $[' }, 'address'],
    ['with a type that is none', { dataType: 'double' }, 'is no data type'],
    ['with a field that does not exist', { type: 'float64' }, 'type'],
  ])('%s', (_, more, reason) => {
    if (reason === '') expect(template(more)).toBe('');
    else expect(template(more)).toContain(reason);
  });
});
