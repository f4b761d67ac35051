import { describe, expect, it } from 'vitest';
import { checkOutlets, checkSettings } from './check-settings.js';
import { clientIdOf, mqttOutletSettings } from './settings.js';

const settings = (more: object = {}) => mqttOutletSettings.parse({ url: 'mqtt://127.0.0.1', ...more });
const found = (more: object) =>
  checkSettings(settings(more), { site: 'lab', looksAtFiles: true, hasTagIn: (area) => area !== 'gone/**' }).map(
    ({ path, rule, severity }) => `${severity} ${path.join('.')} ${rule}`,
  );

describe('settings of an outlet', () => {
  it.each([
    ['a broker without anything else', {}, []],
    ['a URL that is none', { url: 'http://x' }, ['error url mqtt-url']],
    ['credentials in the URL', { url: 'mqtt://u:p@h' }, ['error url mqtt-url']],
    [
      'certificates that a plain connection would not use',
      { tls: { caFile: '/x.pem' } },
      ['error tls mqtt-tls-in-clear'],
    ],
    [
      'a certificate that is not there',
      { url: 'mqtts://h', tls: { caFile: '/x.pem' } },
      ['error tls.caFile mqtt-tls-file'],
    ],
    ['a protocol by ALPN', { url: 'mqtts://h', tls: { alpn: 'x-amzn-mqtt-ca' } }, []],
    ['one over a WebSocket', { url: 'wss://h', tls: { alpn: 'mqtt' } }, ['error tls.alpn mqtt-alpn']],
    ['a password without a user', { password: 'x' }, ['error password mqtt-password-without-user']],
    [
      'a password in the clear',
      { url: 'mqtt://h', username: 'u', password: 'x' },
      ['warning url mqtt-password-in-clear'],
    ],
    ['a password on loopback', { username: 'u', password: 'x' }, []],
    ['a root with a wildcard', { root: 'a/#' }, ['error root mqtt-root']],
    ['a root of the broker itself', { root: '$SYS' }, ['error root mqtt-root']],
    ['a root with an empty level', { root: 'a//b' }, ['error root mqtt-root']],
    ['the root of Sparkplug', { root: 'spBv1.0' }, ['error root mqtt-root']],
    [
      'an area in which no tag lies',
      { commands: { areas: ['line/**', 'gone/**'] } },
      ['warning commands.areas.1 area-without-tag'],
    ],
    ['a root of several levels', { root: 'plants/north' }, []],
  ])('%s', (_, more, findings) => expect(found(more)).toEqual(findings));

  it('have all defaults of the interface', () => {
    expect(settings()).toMatchObject({
      version: 'auto',
      root: 'fieldwarden',
      format: 'json',
      publish: {
        include: ['**'],
        exclude: ['_system/**'],
        qos: 1,
        retain: true,
        minIntervalMs: 0,
        heartbeatMs: null,
        batch: 'none',
      },
      commands: false,
      window: 100,
      outbox: { maxMessages: 1_000_000, maxBytes: 536_870_912, maxAgeMs: 604_800_000, warnAt: 1000 },
    });
    expect(clientIdOf(settings(), 'lab')).toBe('lab-gateway-outlet');
  });
});

it('takes a version as YAML reads it without quotes: 5 is a number, 3.1.1 a text', () => {
  expect([5, '5', '3.1.1', 'auto'].map((version) => settings({ version }).version)).toEqual([
    '5',
    '5',
    '3.1.1',
    'auto',
  ]);
  expect(() => settings({ version: 4 })).toThrow('auto');
});

describe('several outlets', () => {
  const together = (...all: object[]) =>
    checkOutlets(
      all.map((more, i) => ({ id: `o${i}`, settings: settings(more) })),
      { site: 'lab' },
    ).map(({ path, rule }) => `${path.join('.')} ${rule}`);

  it('may not have one client id at one broker', () => {
    expect(together({}, { url: 'ws://127.0.0.1:1883' }, { clientId: 'other' })).toEqual([
      '1.clientId mqtt-client-id-twice',
    ]);
  });

  it('may not be one Sparkplug node at one broker; beside JSON topics they may', () => {
    const node = (format: string, more: object = {}) => ({
      format,
      clientId: `${format} ${JSON.stringify(more)}`,
      ...more,
    });
    const far = { url: 'mqtt://127.0.0.1:1884' };
    const other = { sparkplug: { node: 'other' } };
    expect(together(node('sparkplug'), node('both'), node('json'), node('both', far), node('both', other))).toEqual([
      '1.sparkplug.node mqtt-sparkplug-node-twice',
    ]);
  });

  it('may have it at two', () => expect(together({}, { url: 'mqtt://127.0.0.1:1884' })).toEqual([]));
});
