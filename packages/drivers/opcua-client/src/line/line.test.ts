import { describe, expect, test } from 'vitest';
import { checkOpcUaOptions } from '../check-options.js';
import { publishingClass, queueSize } from '../feed/publishing-class.js';
import { opcUaOptions } from '../options.js';
import { profileNames, profiles } from '../profiles.js';
import { Backoff } from './backoff.js';
import { explained } from './explain.js';
import { publishedLimits, serverLimits } from './server-limits.js';

describe('limits', () => {
  test('that the server publishes go before those of its profile; 0 is unlimited, nothing goes beyond 10,000', () => {
    expect(serverLimits(publishedLimits([0, 20, undefined, 7, 30]), 's7-1500')).toMatchObject({
      nodesPerRead: 10_000,
      nodesPerWrite: 20,
      nodesPerBrowse: 500,
      itemsPerCall: 7,
      itemsPerSubscription: 30,
    });
  });

  test('of a server that says nothing are those of its profile', () => {
    expect(serverLimits(publishedLimits([]), 's7-1200')).toMatchObject({
      itemsPerCall: 100,
      itemsPerSubscription: 1_000,
      takesDeadbands: false,
    });
    expect(serverLimits(publishedLimits([]), 'auto')).toMatchObject({
      nodesPerRead: 50,
      itemsPerSubscription: Number.POSITIVE_INFINITY,
    });
  });

  test('that nobody has tried are said to be so where they are chosen', () => {
    for (const profile of profileNames) {
      const findings = checkOpcUaOptions(opcUaOptions.parse({ endpointUrl: 'opc.tcp://a', profile }));
      expect(findings.some(({ rule }) => rule === 'opcua-profile')).toBe(profiles[profile].isUnverified);
    }
    expect(profiles.aveva.isUnverified).toBe(true);
  });
});

test('pauses double up to their longest, each within a fifth, and begin anew after a success', () => {
  for (const [random, factor] of [
    [0, 0.8],
    [0.5, 1],
    [0.999_999, 1.2],
  ] as const) {
    // prettier-ignore
    const backoff = new Backoff({ initialMs: 100, maxMs: 300 }, () => random);
    const pauses = [backoff.next(), backoff.next(), backoff.next(), backoff.next()];
    expect(pauses.map((ms) => Math.round(ms / factor))).toEqual([100, 200, 300, 300]);
    backoff.reset();
    expect(Math.round(backoff.next() / factor)).toBe(100);
  }
});

test('points are reported about as often as they are sampled, and none of their samples is dropped in between', () => {
  expect([10, 50, 99, 100, 300, 1_000, 60_000].map(publishingClass)).toEqual([50, 50, 50, 100, 250, 250, 250]);
  expect(queueSize(10, 50)).toBe(6);
  expect(queueSize(60_000, 1_000)).toBe(2);
  expect(queueSize(0, 1_000)).toBe(100);
});

describe('a failed attempt in plain words', () => {
  const facts = {
    endpointUrl: 'opc.tcp://press:4840',
    thumbprint: 'AB',
    certificateFile: '/own.pem',
    user: 'otto',
    announcedUrls: ['opc.tcp://plc'],
  };

  test.each([
    [
      'rejected by server: BadSecurityChecksFailed (0x80130000)',
      /does not accept this driver’s certificate \(SHA-1 AB, \/own\.pem\)/,
      true,
    ],
    ['BadUserAccessDenied', /does not let in the user otto/, true],
    ['BadIdentityTokenRejected', /does not let in the user otto/, true],
    ['Cannot find an Endpoint matching security mode', /does not offer the security/, true],
    ['BadTcpEndpointUrlInvalid', /does not know itself as opc\.tcp:\/\/press:4840, but as opc\.tcp:\/\/plc/, true],
    ['connect ECONNREFUSED 127.0.0.1:4840', /nothing listens at that address/, false],
    ['getaddrinfo ENOTFOUND press', /its host name is not known/, false],
    ['BadTooManySessions', /cannot be reached: BadTooManySessions/, false],
  ])('%s', (said, words, isLasting) => {
    const refusal = explained(new Error(said), facts);
    expect([words.test(refusal.error.message), refusal.isLasting], refusal.error.message).toEqual([true, isLasting]);
  });
});

test('options that do not go together are findings', () => {
  const rules = (options: object): string[] =>
    checkOpcUaOptions(opcUaOptions.parse({ endpointUrl: 'opc.tcp://a', ...options })).map(
      ({ rule, severity }) => `${rule} ${severity}`,
    );
  expect(rules({})).toEqual([]);
  expect(rules({ identity: { password: 'x' } })).toEqual(['opcua-identity error']);
  expect(rules({ identity: { certFile: '/a' } })).toEqual(['opcua-identity error']);
  expect(rules({ securityMode: 'None', identity: { username: 'a', password: 'b' } })).toEqual([
    'opcua-security warning',
  ]);
  expect(rules({ reconnect: { initialMs: 900 } })).toEqual(['opcua-reconnect error']);
  for (const endpointUrl of ['http://a', 'press', 'opc.tcp://u:p@a'])
    expect(opcUaOptions.safeParse({ endpointUrl }).success).toBe(false);
});
