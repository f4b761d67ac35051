import { expect, test } from 'vitest';
import { parseRigOptions, usage } from './rig-options.js';

test('listens on the ports that the documentation names, on this machine only', () => {
  expect(parseRigOptions([], {})).toEqual({
    bind: '127.0.0.1',
    ports: { modbus: 5020, s7: 10102, mqtt: 11883, opcua: 14840, control: 5080 },
    broker: { program: undefined, user: undefined, tls: undefined },
    json: false,
    chaos: false,
    help: false,
  });
});

test('takes ports from the environment, and flags before it', () => {
  const environment = {
    FIELDWARDEN_RIG_MODBUS_PORT: '1',
    FIELDWARDEN_RIG_S7_PORT: '2',
    FIELDWARDEN_RIG_CONTROL_PORT: '',
    FIELDWARDEN_RIG_BIND: '0.0.0.0',
  };
  const { bind, ports } = parseRigOptions(['--s7-port', '0', '--json'], environment);
  expect([bind, ports]).toEqual(['0.0.0.0', { modbus: 1, s7: 0, mqtt: 11883, opcua: 14840, control: 5080 }]);
  expect(parseRigOptions(['--chaos'], {}).chaos).toBe(true);
  expect(parseRigOptions(['--bind', '127.0.0.2'], environment).bind).toBe('127.0.0.2');
});

test('takes which broker it is, who may come, and its certificate', () => {
  const args = ['--mqtt-broker=aedes', '--mqtt-user=line:a:b', '--mqtt-cert=c.pem', '--mqtt-key=k.pem'];
  expect(parseRigOptions(args, {}).broker).toEqual({
    program: 'aedes',
    user: { name: 'line', password: 'a:b' },
    tls: { certFile: 'c.pem', keyFile: 'k.pem' },
  });
});

test.each([
  [['--mqtt-broker=hive'], {}, '--mqtt-broker must be mosquitto or aedes, not "hive"'],
  [['--mqtt-user=line'], {}, '--mqtt-user must be NAME:PASSWORD'],
  [['--mqtt-key=k.pem'], {}, '--mqtt-cert and --mqtt-key belong together'],
  [['--modbus-port', '65536'], {}, '--modbus-port must be a port from 0 (any free one) to 65535, not "65536"'],
  [['--control-port=http'], {}, '--control-port must be a port'],
  [[], { FIELDWARDEN_RIG_S7_PORT: '-1' }, 'FIELDWARDEN_RIG_S7_PORT must be a port'],
  [['--http-port', '1'], {}, "Unknown option '--http-port'"],
  [['stray'], {}, 'stray'],
])('refuses %j with %j', (args, environment, words) => {
  expect(() => parseRigOptions(args, environment)).toThrow(
    expect.objectContaining({ code: 'RIG_USAGE', message: expect.stringContaining(words) as string }),
  );
});

test('names every flag and variable in its help', () => {
  for (const name of [
    '--modbus-port',
    '--s7-port',
    '--mqtt-port',
    '--opcua-port',
    '--mqtt-broker',
    '--mqtt-user',
    '--mqtt-cert',
    '--control-port',
    '--bind',
    '--json',
    '--chaos',
    'FIELDWARDEN_RIG_S7_PORT',
  ]) {
    expect(usage).toContain(name);
  }
});
