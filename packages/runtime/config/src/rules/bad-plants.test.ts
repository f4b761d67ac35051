import { describe, expect, it } from 'vitest';
import { sampleCatalogue } from '../testing/sample-catalogue.js';
import { validatePlant } from './validate-plant.js';

const registry = sampleCatalogue();

/** `severity path rule: message`, as short as a table needs it. */
function told(source: unknown): string[] {
  const { plant, findings } = validatePlant(source, registry, { secrets: { env: () => undefined, file: () => '' } });
  expect(plant === undefined).toBe(findings.some(({ severity }) => severity === 'error'));
  return findings.map(({ severity, path, rule, message }) => `${severity} ${path} ${rule}: ${message}`);
}

const press = { id: 'p', type: 'press', options: { host: 'h' } };
const plant = (fields: object): object => ({ version: 1, site: 'a', ...fields });
const driver = (fields: object): object => plant({ drivers: [{ ...press, ...fields }] });
const robot = (fields: object): object => driver({ type: 'robot', ...fields });
const tags = (...all: readonly object[]): object => driver({ devices: [{ id: 'd', tags: all }] });
const tag = (fields: object): object => tags({ path: 'a/b', address: 1, dataType: 'float32', ...fields });

const theTag = 'drivers[0].devices[0].tags[0]';

type Case = readonly [says: string, source: unknown, findings: readonly string[]];

const syntax: readonly Case[] = [
  [
    'broken YAML',
    'version: 1\nsite: "lab\n',
    ['error  syntax: line 2, column 7: the quote (") that opens here in `site` is not closed'],
  ],
  [
    'a field that is written twice',
    'version: 1\nsite: a\nsite: b\n',
    ['error  syntax: line 3, column 1: the field `site` stands a second time in the same group'],
  ],
  [
    'two documents in one text',
    'version: 1\nsite: a\n---\nversion: 1\n',
    [
      'error  syntax: line 3, column 1: a second document begins here; a plant is one: take the lines `---` and `...` away',
    ],
  ],
  [
    'tabs as indentation',
    'version: 1\n\tsite: a\n',
    ['error  syntax: line 2, column 1: a tab stands before `site`; indent with blanks'],
  ],
  [
    'a field that is named by a list',
    'version: 1\n? [a]\n: b\n',
    [
      'error  syntax: line 2, column 3: the name of a field is a text, not a list or a group; if `[a]` is a value, put it in quotes',
    ],
  ],
  [
    'NUL characters, as UTF-16 has them',
    'v\0e\0r\0s\0i\0o\0n\0',
    ['error  encoding: line 1 is not UTF-8 text; save the file as UTF-8'],
  ],
  [
    'a NUL character in a text of otherwise good JSON',
    '{\n"version": 1, "site": "a\0" }',
    ['error  encoding: line 2 is not UTF-8 text; save the file as UTF-8'],
  ],
  [
    'a list that contains itself',
    'version: 1\nsite: a\ndrivers: &all [*all]\n',
    ['error drivers[0] type: must be a group of fields, not a list'],
  ],
  [
    'a group that contains itself, in options',
    'version: 1\nsite: a\ndrivers:\n  - { id: p, type: press, options: &o { host: h, login: { token: *o } } }\n',
    [
      'error drivers[0].options.login.token.login.token.login options-depth: options are nested deeper than 64 levels',
      'error drivers[0].options.login.token driver-options: must be a text (in quotes), not a group of fields',
    ],
  ],
  [
    'code, which is not run',
    'version: 1\nsite: a\nlogging: !!js/function "function () {}"\n',
    ['error logging type: must be a group of fields, not a text'],
  ],
  [
    'a merged group, which is no part of YAML 1.2',
    'version: 1\nsite: a\nlogging: &l { level: info }\nopcua: { <<: *l }\n',
    [
      'error opcua["<<"] unknown-field: unknown field "<<"; known here: enabled, isolation, critical, port, securityPolicies, anonymous',
    ],
  ],
  [
    'an empty document',
    '',
    [
      'error  type: must be a group of fields, not empty; a plant begins with the fields version: 1, site: NAME and drivers: []',
    ],
  ],
  ['a list', [], ['error  type: must be a group of fields, not a list']],
];

const shape: readonly Case[] = [
  ['nothing at all', {}, ['error version required: is required', 'error site required: is required']],
  ['another version', plant({ version: 2 }), ['error version choice: must be 1']],
  [
    'a site that is no file name',
    plant({ site: '../etc' }),
    ['error site format: a site is 1 to 64 letters, digits, _ . -, beginning with a letter or digit'],
  ],
  ['drivers that are no list', plant({ drivers: {} }), ['error drivers type: must be a list, not a group of fields']],
  [
    'a driver that is empty',
    plant({ drivers: [null] }),
    ['error drivers[0] type: must be a group of fields, not empty'],
  ],
  [
    'an unknown log level',
    plant({ logging: { level: 'loud' } }),
    ['error logging.level choice: must be debug or info or warn or error'],
  ],
  [
    'a misspelt section',
    plant({ driver: [] }),
    ['error driver unknown-field: unknown field "driver"; did you mean drivers?'],
  ],
  [
    'an unknown field that is like none',
    plant({ logging: { colour: 'red' } }),
    ['error logging.colour unknown-field: unknown field "colour"; known here: level, json'],
  ],
  [
    'a misspelt field of a tag',
    tag({ scanRate: 5 }),
    [`error ${theTag}.scanRate unknown-field: unknown field "scanRate"; did you mean scanMs?`],
  ],
  ['a scan out of range', tag({ scanMs: 5 }), [`error ${theTag}.scanMs range: must be at least 10`]],
  ['a scan beyond a day', tag({ scanMs: 86_400_001 }), [`error ${theTag}.scanMs range: must be at most 86400000`]],
  [
    'half a millisecond',
    tag({ scanMs: 10.5 }),
    [`error ${theTag}.scanMs type: must be a whole number, not that number`],
  ],
  ['a text for a number', tag({ scanMs: '1s' }), [`error ${theTag}.scanMs type: must be a number, not a text`]],
  [
    'an unknown data type',
    tag({ dataType: 'real' }),
    [
      `error ${theTag}.dataType format: a data type is one of bool, int8, int16, int32, int64, uint8, uint16, uint32, uint64, float32, float64, string, bytes, datetime, or an array of one: float32[10]; real is float32 here`,
    ],
  ],
  [
    'an unknown data type beside an address that no type would mend',
    tag({ dataType: 'real', address: 'DB1' }),
    [
      `error ${theTag}.dataType format: a data type is one of bool, int8, int16, int32, int64, uint8, uint16, uint32, uint64, float32, float64, string, bytes, datetime, or an array of one: float32[10]; real is float32 here`,
      `error ${theTag}.address tag-address: DB1 is no register from 0 to 999999`,
    ],
  ],
  [
    'an address that is a list',
    tag({ address: [1] }),
    [`error ${theTag}.address type: an address is a text or a number`],
  ],
  [
    'a scaling that mixes its two forms',
    tag({ scaling: { rawLow: 0, rawHigh: 1, low: 0, high: 'x', gain: 2 } }),
    [
      `error ${theTag}.scaling.high type: must be a number, not a text`,
      `error ${theTag}.scaling.gain unknown-field: unknown field "gain"; known here: rawLow, rawHigh, low, high, clamp`,
    ],
  ],
  [
    'a deadband beyond 100 percent',
    tag({ deadband: { percent: 101 }, limits: { min: 0, max: 1 } }),
    [`error ${theTag}.deadband.percent range: must be at most 100`],
  ],
  [
    'a Host that would be pinged too often',
    robot({ supervision: { pingMs: 49, backoff: { jitter: 2 } } }),
    [
      'error drivers[0].supervision.pingMs range: must be at least 50',
      'error drivers[0].supervision.backoff.jitter range: must be at most 1',
    ],
  ],
  [
    'TLS with half a pair',
    plant({ tls: { enabled: true, certFile: '/etc/fieldwarden/tls.pem' } }),
    ['error tls.keyFile tls-pair: a certificate needs its private key: keyFile'],
  ],
  [
    'TLS with a name that is not absolute',
    plant({ tls: { enabled: true, certFile: 'tls.pem', keyFile: '/nowhere/tls.key' } }),
    [
      'error tls.certFile tls-file: tls.pem is not absolute; write it like /etc/fieldwarden/tls.pem',
      "error tls.keyFile tls-file: /nowhere/tls.key cannot be read: ENOENT: no such file or directory, stat '/nowhere/tls.key'",
    ],
  ],
  [
    'TLS that is off, with a file that is missing',
    plant({ tls: { keyFile: '/nowhere/tls.key' } }),
    ['warning tls.certFile tls-pair: a private key needs its certificate: certFile'],
  ],
  [
    'TLS with a misspelt field',
    plant({ tls: { enabled: true, cert: 'a' } }),
    ['error tls.cert unknown-field: unknown field "cert"; did you mean certFile?'],
  ],
  [
    'an unknown security policy',
    plant({ opcua: { securityPolicies: ['Basic128'] } }),
    [
      'error opcua.securityPolicies[0] choice: must be None or Basic256Sha256 or Aes128_Sha256_RsaOaep or Aes256_Sha256_RsaPss',
    ],
  ],
  [
    'no security policy at all',
    plant({ opcua: { securityPolicies: [] } }),
    ['error opcua.securityPolicies range: must have at least 1 entries'],
  ],
];

const names =
  'version, site, logging, tls, drivers, opcua, services, internalTags, stateMachines, flows, mqtt, history, users';

/** Names that every object has, where somebody might take them for something else. */
const prototypes: readonly Case[] = [
  [
    '__proto__ as a section, in YAML',
    'version: 1\nsite: a\n__proto__: { drivers: [] }\n',
    [`error __proto__ unknown-field: unknown field "__proto__"; known here: ${names}`],
  ],
  [
    '__proto__ as a section, in JSON',
    '{ "version": 1, "site": "a", "__proto__": { "drivers": [] } }',
    [`error __proto__ unknown-field: unknown field "__proto__"; known here: ${names}`],
  ],
  [
    '__proto__ and its kind as options of drivers and devices',
    '{"version":1,"site":"a","drivers":[{"id":"p","type":"press","options":{"host":"h","__proto__":{"port":1},"toString":1},' +
      '"devices":[{"id":"d","options":{"__proto__":{"unitId":5}}}]}]}',
    [
      'error drivers[0].options.__proto__ unknown-field: unknown field "__proto__"',
      'error drivers[0].options.toString unknown-field: unknown field "toString"; known here: host, port, timeoutMs, login',
      'error drivers[0].devices[0].options.__proto__ unknown-field: unknown field "__proto__"',
    ],
  ],
  [
    'a driver type that is a name of the kind',
    driver({ type: 'constructor' }),
    ['error drivers[0].type driver-type-unknown: there is no driver type "constructor"; known here: press, robot'],
  ],
  [
    'a field of a tag that is one',
    tag({ hasOwnProperty: 1 }),
    [
      `error ${theTag}.hasOwnProperty unknown-field: unknown field "hasOwnProperty"; known here: path, address, options, dataType, scanMs, access, scaling, notAvailable, unit, deadband, description, limits, writeIdempotent, writeNonFinite, verify, publish, history`,
    ],
  ],
];

const numbers: readonly Case[] = [
  ['a number beyond all', 'version: 1e999\nsite: a\n', ['error version choice: must be 1']],
  [
    'a scan interval beyond all, one beyond counting, and limits that are none',
    'version: 1\nsite: a\ndrivers: [{ id: p, type: press, options: { host: h }, devices: [{ id: d, tags: [\n' +
      '  { path: a, address: 1, dataType: int16, scanMs: 1e999 },\n' +
      '  { path: b, address: 1, dataType: int16, scanMs: 99999999999999999999 },\n' +
      '  { path: c, address: 1, dataType: int16, limits: { min: -.inf, max: .nan } }] }] }]\n',
    [
      'error drivers[0].devices[0].tags[0].scanMs type: must be a number, not Infinity',
      'error drivers[0].devices[0].tags[1].scanMs range: must be at most 9007199254740991',
      'error drivers[0].devices[0].tags[1].scanMs range: must be at most 86400000',
      'error drivers[0].devices[0].tags[2].limits.min type: must be a number, not -Infinity',
      'error drivers[0].devices[0].tags[2].limits.max type: must be a number, not NaN',
    ],
  ],
  [
    'an array beyond all',
    tag({ dataType: 'int16[100000]' }),
    [expect.stringContaining(`error ${theTag}.dataType format: a data type is one of`) as string],
  ],
];

const notYet: readonly Case[] = [
  [
    'sections that nothing reads yet',
    plant({ flows: [{ id: 'f' }], mqtt: { url: 'mqtt://h' }, history: {}, users: null }),
    [
      'error flows not-yet-supported: flows is not supported by this version; leave it out, or empty',
      'error mqtt not-yet-supported: mqtt is not supported by this version; leave it out, or empty',
    ],
  ],
];

const drivers: readonly Case[] = [
  [
    'an unknown driver type that is nearly known',
    driver({ type: 'pres' }),
    ['error drivers[0].type driver-type-unknown: there is no driver type "pres"; did you mean press?'],
  ],
  [
    'an unknown driver type',
    driver({ type: 'profinet' }),
    ['error drivers[0].type driver-type-unknown: there is no driver type "profinet"; known here: press, robot'],
  ],
  [
    'options of a driver that are wrong, missing and unknown',
    driver({ options: { port: 0, timeout: 5 } }),
    [
      'error drivers[0].options.host driver-options: is required',
      'error drivers[0].options.port driver-options: must be at least 1',
      'error drivers[0].options.timeout unknown-field: unknown field "timeout"; did you mean timeoutMs?',
    ],
  ],
  [
    'a short secret, without telling it',
    driver({ options: { host: 'h', login: { user: 'u', password: '1234567' } } }),
    [
      'warning drivers[0].options.login.password secret-in-clear: a secret stands here in clear: keep it with `fieldwarden secrets set NAME`, and write ${secret:NAME}',
      'error drivers[0].options.login.password driver-options: must have at least 8 characters',
    ],
  ],
  [
    'options that are no group of fields',
    driver({ options: 'host=h' }),
    ['error drivers[0].options type: must be a group of fields, not a text'],
  ],
  [
    'options of a device',
    driver({ devices: [{ id: 'd', options: { unitId: 256, words: 'middle', unit: 1 } }] }),
    [
      'error drivers[0].devices[0].options.unitId device-options: must be at most 255',
      'error drivers[0].devices[0].options.words device-options: must be big or little',
      'error drivers[0].devices[0].options.unit unknown-field: unknown field "unit"; did you mean unitId?',
    ],
  ],
  [
    'an address behind a device whose options are wrong too',
    driver({ devices: [{ id: 'd', options: { unitId: 999 }, tags: [{ path: 'a', address: 'x', dataType: 'bool' }] }] }),
    [
      'error drivers[0].devices[0].options.unitId device-options: must be at most 255',
      'error drivers[0].devices[0].tags[0].address tag-address: x is no register from 0 to 999999',
    ],
  ],
  [
    'two drivers of one id',
    plant({ drivers: [press, press] }),
    ['error drivers[1].id driver-id-unique: p is already the id of drivers[0]'],
  ],
  [
    'two devices whose ids differ only by case',
    driver({ devices: [{ id: 'filler' }, { id: 'Filler' }] }),
    ['error drivers[0].devices[1].id device-id-unique: Filler is already the id of drivers[0].devices[0]'],
  ],
  [
    'overlap of a driver type that may not have two sessions',
    robot({ supervision: { overlap: true } }),
    [
      'error drivers[0].supervision.overlap overlap-type: driver type robot may not have two sessions at a time, so nothing can overlap; leave overlap out',
    ],
  ],
  [
    'a tier C driver in-process',
    robot({ isolation: 'in-process' }),
    [
      'error drivers[0].isolation isolation-tier: driver type robot is tier C: it may crash, block or leak, and would take the gateway with it; set isolation: host, or leave it out',
    ],
  ],
  [
    'supervision of a driver without Host',
    driver({ supervision: { drainMs: 0 } }),
    [
      'warning drivers[0].supervision supervision-in-process: supervision is for Hosts and has no effect on a driver that runs in-process; set isolation: host',
    ],
  ],
  ['any driver in a Host', driver({ isolation: 'host', supervision: { drainMs: 0 } }), []],
  [
    'limits of supervision in the wrong order',
    robot({ supervision: { pingMs: 4_000, backoff: { initialMs: 100, maxMs: 50 } } }),
    [
      'error drivers[0].supervision supervision-order: pingMs 4000, suspectMs 3000 and hangKillMs 15000 must each be less than the next',
      'error drivers[0].supervision.backoff backoff-order: maxMs 50 is less than initialMs 100',
    ],
  ],
  [
    'a planned recycle of a driver without Host',
    driver({ stability: { recycle: { cron: '0 3 * * 0' } } }),
    [
      'error drivers[0].stability.recycle recycle-in-process: a driver that runs in-process has no Host that could be recycled; set isolation: host, or leave recycle out',
    ],
  ],
  ['a planned recycle in any Host', driver({ isolation: 'host', stability: { recycle: { cron: '0 3 * * 0' } } }), []],
  [
    'a cron expression out of range and an unknown time zone, in two drivers',
    plant({
      drivers: [
        { ...press, isolation: 'host', stability: { recycle: { cron: '61 * * * *' } } },
        { ...press, id: 'q', isolation: 'host', stability: { recycle: { cron: '0 3 * * *', timeZone: 'Mars/Base' } } },
      ],
    }),
    [
      'error drivers[0].stability.recycle.cron cron: Invalid value for minute: 61',
      'error drivers[1].stability.recycle.timeZone time-zone: there is no time zone "Mars/Base"; use an IANA name such as Europe/Berlin, or UTC',
    ],
  ],
  [
    'both at once',
    robot({ stability: { recycle: { cron: '@daily', timeZone: 'CEST' } } }),
    [
      'error drivers[0].stability.recycle.cron cron: a cron expression has 5 fields, or 6 with seconds in front; this one has 1',
      'error drivers[0].stability.recycle.timeZone time-zone: there is no time zone "CEST"; use an IANA name such as Europe/Berlin, or UTC',
    ],
  ],
  [
    'a planned recycle on 30 February',
    robot({ stability: { recycle: { cron: '0 0 30 2 *' } } }),
    ['error drivers[0].stability.recycle.cron cron: 0 0 30 2 * names a time that never comes'],
  ],
  [
    'a planned recycle without its time',
    robot({ stability: { recycle: { splayMs: 0 } } }),
    ['error drivers[0].stability.recycle.cron required: is required'],
  ],
  [
    'memory that is sampled less often than its baseline asks for, and recycled where there is no Host',
    driver({ stability: { memory: { sampleMs: 2_000, baselineWindowMs: 1_000, recycleOnSoft: true } } }),
    [
      'warning drivers[0].stability.memory.baselineWindowMs baseline-short: baselineWindowMs 1000 is less than sampleMs 2000: one sample decides what is normal',
      'warning drivers[0].stability.memory.recycleOnSoft stability-in-process: recycleOnSoft is for Hosts and has no effect on a driver that runs in-process; set isolation: host',
    ],
  ],
  [
    'stability below its smallest values',
    robot({
      stability: {
        memory: { sampleMs: 99, baselineWindowMs: 999, multiplier: 0.9, floorBytes: -1, capBytes: 1_048_575 },
        recycle: { cron: '* * * * *', splayMs: -1 },
        wedge: { thresholdMs: 999 },
      },
    }),
    [
      'error drivers[0].stability.memory.sampleMs range: must be at least 100',
      'error drivers[0].stability.memory.baselineWindowMs range: must be at least 1000',
      'error drivers[0].stability.memory.multiplier range: must be at least 1',
      'error drivers[0].stability.memory.floorBytes range: must be at least 0',
      'error drivers[0].stability.memory.capBytes range: must be at least 1048576',
      'error drivers[0].stability.recycle.splayMs range: must be at least 0',
      'error drivers[0].stability.wedge.thresholdMs range: must be at least 1000',
    ],
  ],
  [
    'stability at its smallest values',
    robot({
      stability: {
        memory: {
          sampleMs: 100,
          baselineWindowMs: 1_000,
          multiplier: 1,
          floorBytes: 0,
          recycleOnSoft: true,
          capBytes: 1_048_576,
        },
        recycle: { cron: '*/5 * * * * *', splayMs: 0 },
        wedge: { thresholdMs: 1_000 },
      },
    }),
    [],
  ],
  [
    'probes in the wrong order',
    driver({ resilience: { breaker: { probeMs: 500, maxProbeMs: 400 } } }),
    ['error drivers[0].resilience.breaker.maxProbeMs breaker-order: maxProbeMs 400 is less than probeMs 500'],
  ],
  [
    'a request that outlives its call',
    driver({ options: { host: 'h', timeoutMs: 5_000 } }),
    [
      'warning drivers[0].options.timeoutMs timeout-order: a read ends after 4000 ms (resilience.read.timeoutMs), so that a request of 5000 ms never gets its time; shorten this one or lengthen the other',
    ],
  ],
];

const a = { path: 'a/b', address: 1, dataType: 'float32' };

const tagRules: readonly Case[] = [
  [
    'paths with a blank, too deep, too long, and with nothing between two slashes or around them',
    tags(
      { ...a, path: 'a b' },
      { ...a, path: 'a/b/c/d/e/f/g/h/i' },
      { ...a, path: `${'x'.repeat(65)}/b` },
      { ...a, path: 'a//b' },
      { ...a, path: '/a' },
      { ...a, path: 'a/' },
    ),
    [0, 1, 2, 3, 4, 5].map(
      (i) =>
        `error drivers[0].devices[0].tags[${i}].path format: a tag path is 1 to 8 segments of letters, digits, _ . - (at most 64 each), joined by /`,
    ),
  ],
  ['a path as deep and long as can be', tags({ ...a, path: Array(8).fill('x'.repeat(64)).join('/') }), []],
  [
    'a folder in capitals before one that is not',
    tags({ ...a, path: 'Area/b' }, { ...a, path: 'Area/c' }, { ...a, path: 'area/d' }),
    [
      'error drivers[0].devices[0].tags[2].path tag-path-case: area and Area (drivers[0].devices[0].tags[0].path) differ only by case',
    ],
  ],
  [
    'tags that differ only by case, and one that differs by case from a folder',
    tags(a, { ...a, path: 'a/B' }, { ...a, path: 'A' }),
    [
      'error drivers[0].devices[0].tags[1].path tag-path-case: a/B and a/b (drivers[0].devices[0].tags[0].path) differ only by case',
      'error drivers[0].devices[0].tags[2].path tag-path-case: A and a (drivers[0].devices[0].tags[0].path) differ only by case',
    ],
  ],
  [
    'a path that is used twice',
    tags(a, { ...a, address: 2 }),
    [
      'error drivers[0].devices[0].tags[1].path tag-path-unique: a/b is already the path of drivers[0].devices[0].tags[0].path',
    ],
  ],
  [
    'folders that differ only by case',
    tags(a, { ...a, path: 'A/c' }),
    [
      'error drivers[0].devices[0].tags[1].path tag-path-case: A and a (drivers[0].devices[0].tags[0].path) differ only by case',
    ],
  ],
  [
    'a tag that is also a folder, whichever comes first',
    tags(a, { ...a, path: 'a/b/c' }, { ...a, path: 'a' }),
    [
      'error drivers[0].devices[0].tags[1].path tag-path-folder: a/b is both a tag and a folder; the other one is drivers[0].devices[0].tags[0].path',
      'error drivers[0].devices[0].tags[2].path tag-path-folder: a is both a tag and a folder; the other one is drivers[0].devices[0].tags[0].path',
    ],
  ],
  [
    "the gateway's own names",
    tag({ path: '_System/uptime' }),
    [`error ${theTag}.path tag-path-reserved: names below _system are the gateway's own`],
  ],
  [
    'an address that the driver does not know',
    tag({ address: 'DB1' }),
    [`error ${theTag}.address tag-address: DB1 is no register from 0 to 999999`],
  ],
  [
    'limits, scaling and deadband of what is no number',
    tag({ dataType: 'string', limits: { min: 0 }, scaling: { gain: 2 }, deadband: { absolute: 1 } }),
    ['limits', 'scaling', 'deadband'].map(
      (field) => `error ${theTag}.${field} numbers-only: ${field} is for numbers; this tag is a string`,
    ),
  ],
  [
    'limits in the wrong order',
    tag({ limits: { min: 2, max: 1 } }),
    [`error ${theTag}.limits limits-order: min 2 is greater than max 1`],
  ],
  [
    'limits that the type does not reach',
    tag({ dataType: 'uint8', limits: { min: -1, max: 100 } }),
    [`warning ${theTag}.limits.min limits-beyond-type: -1 is outside of uint8 (0 to 255)`],
  ],
  [
    'a scaling without slope',
    tag({ scaling: { rawLow: 1, rawHigh: 1, low: 0, high: 100 } }),
    [
      `error ${theTag}.scaling scaling-slope: the scaling has no slope: rawLow and rawHigh, low and high must differ, gain must not be 0, and none may be out of proportion`,
    ],
  ],
  [
    'a percentage of nothing',
    tag({ deadband: { percent: 1 }, limits: { min: 0 } }),
    [
      `error ${theTag}.deadband.percent deadband-range: a percentage needs a range: set scaling by rawLow, rawHigh, low, high, or both limits; or use absolute`,
    ],
  ],
  [
    'not-a-number for what has none',
    tag({ dataType: 'int16', access: 'read-write', writeNonFinite: true }),
    [
      `error ${theTag}.writeNonFinite floats-only: writeNonFinite is for float32 and float64; int16 has no NaN and no infinities`,
    ],
  ],
  [
    'a value for "none" that the type does not have',
    tag({ dataType: 'int16', notAvailable: 0xffff }),
    [`error ${theTag}.notAvailable none-of-type: 65535 does not fit int16; these bits are -1 there`],
  ],
  [
    'one of several that is none',
    tag({ dataType: 'float32', notAvailable: [9999, '----'] }),
    [`error ${theTag}.notAvailable[1] none-of-type: "----" is not a number (float32)`],
  ],
  [
    'a value for "none" beyond what JSON numbers hold',
    tag({ dataType: 'uint64', notAvailable: 18446744073709551615 }),
    [
      `error ${theTag}.notAvailable none-of-type: 18446744073709552000 as a JSON number is rounded beyond ±9007199254740991 (2^53 − 1); write the uint64 as a text, in quotes`,
    ],
  ],
  [
    'a third value of a bool',
    tag({ dataType: 'bool', notAvailable: 2 }),
    [`error ${theTag}.notAvailable none-of-type: notAvailable is for numbers, texts and times; this tag is a bool`],
  ],
  [
    'a value for "none" that is neither number nor text',
    tag({ dataType: 'int16', notAvailable: true }),
    [
      `error ${theTag}.notAvailable type: notAvailable is a number, a text such as "NaN" or "----", or a list of 1 to 16 of these`,
    ],
  ],
  [
    'no value at all for "none"',
    tag({ dataType: 'int16', notAvailable: [] }),
    [`error ${theTag}.notAvailable range: must have at least 1 entries`],
  ],
  [
    'write options of a read-only tag',
    tag({ dataType: 'float32', writeIdempotent: true, writeNonFinite: true, verify: true }),
    ['writeIdempotent', 'writeNonFinite', 'verify'].map(
      (field) =>
        `warning ${theTag}.${field} write-option-on-read-only: ${field} has no effect on a read-only tag; set access: read-write if it is to be written`,
    ),
  ],
  [
    'scans that can hardly be kept, once per interval',
    tags(a, { ...a, path: 'c', scanMs: 20 }, { ...a, path: 'd', scanMs: 20 }),
    [
      'warning drivers[0].devices[0].tags[1].scanMs scan-fast: 2 tags of this device every 20 ms: few devices answer or change faster than every 50 ms',
      'warning drivers[0].devices[0].tags[1].scanMs scan-below-timeout: 2 tags of this device every 20 ms, with a request timeout of 1000 ms: one lost reply costs up to 50 scans',
    ],
  ],
  [
    'an OPC UA server that is open to everybody',
    plant({ opcua: { anonymous: true, securityPolicies: ['None'] } }),
    ['warning opcua outlet-open: everybody reads and writes'],
  ],
];

describe.each([
  ['syntax', syntax],
  ['shape', shape],
  ['names that every object has', prototypes],
  ['numbers', numbers],
  ['parts that do not exist yet', notYet],
  ['drivers and devices', drivers],
  ['tags', tagRules],
])('findings about %s', (_subject, cases) => {
  it.each(cases)('%s', (_says, source, findings) => {
    expect(told(source)).toEqual(findings);
  });
});

describe('findings (§7.1)', () => {
  it('come all at once, whatever else is wrong around them', () => {
    const rules = validatePlant(
      plant({
        site: 5,
        flows: [1],
        drivers: [
          { ...press, id: 'P', devices: [{ id: 'd', tags: [{ ...a, scanMs: 1, address: 'x' }, a] }] },
          { type: 'nope', isolation: 'cloud' },
        ],
      }),
      registry,
    ).findings.map(({ path, rule }) => `${path} ${rule}`);
    expect(rules.sort()).toEqual([
      'drivers[0].devices[0].tags[0].address tag-address',
      'drivers[0].devices[0].tags[0].scanMs range',
      'drivers[0].devices[0].tags[1].path tag-path-unique',
      'drivers[0].id format',
      'drivers[1].id required',
      'drivers[1].isolation choice',
      'drivers[1].type driver-type-unknown',
      'flows not-yet-supported',
      'site type',
    ]);
  });

  it('say where in the text they stand, or at least what is around it', () => {
    const text =
      'version: 1\nsite: a\ndrivers:\n  - id: p\n    type: press\n    options: { host: h, prot: 5 }\n  - id: Q\n';
    const { findings } = validatePlant(text, registry);
    expect(findings.map(({ path, line, column }) => ({ path, line, column }))).toEqual([
      { path: 'drivers[0].options.prot', line: 6, column: 25 },
      { path: 'drivers[1].id', line: 7, column: 5 },
      { path: 'drivers[1].type', line: 7, column: 5 },
    ]);
  });
});
