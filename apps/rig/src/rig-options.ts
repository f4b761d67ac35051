import { parseArgs } from 'node:util';
import { GatewayError, messageOf } from '@fieldwarden/core';
import { brokerNames, type BrokerName, type BrokerUser } from './mqtt/broker-program.js';

export const portNames = ['modbus', 's7', 'mqtt', 'opcua', 'control'] as const;

export type PortName = (typeof portNames)[number];

interface PortSetting {
  readonly title: string;
  readonly flag: string;
  readonly variable: string;
  readonly fallback: number;
}

export const portSettings: Readonly<Record<PortName, PortSetting>> = {
  modbus: { title: 'Modbus', flag: 'modbus-port', variable: 'FIELDWARDEN_RIG_MODBUS_PORT', fallback: 5020 },
  s7: { title: 'S7', flag: 's7-port', variable: 'FIELDWARDEN_RIG_S7_PORT', fallback: 10102 },
  mqtt: { title: 'MQTT', flag: 'mqtt-port', variable: 'FIELDWARDEN_RIG_MQTT_PORT', fallback: 11883 },
  opcua: { title: 'OPC UA', flag: 'opcua-port', variable: 'FIELDWARDEN_RIG_OPCUA_PORT', fallback: 14840 },
  control: { title: 'control', flag: 'control-port', variable: 'FIELDWARDEN_RIG_CONTROL_PORT', fallback: 5080 },
};

const bindVariable = 'FIELDWARDEN_RIG_BIND';

export interface RigOptions {
  /** Address of all ports. */
  readonly bind: string;
  /** 0 = any free one. */
  readonly ports: Readonly<Record<PortName, number>>;
  /** Also say on one JSON line where it listens. */
  readonly json: boolean;
  /** Also say how to run a gateway on the plant with a driver that can be broken. */
  readonly chaos: boolean;
  readonly broker: RigBrokerSettings;
  readonly help: boolean;
}

export interface RigBrokerSettings {
  /** Undefined: mosquitto where it is installed, else aedes. */
  readonly program: BrokerName | undefined;
  /** The one user who may come; undefined: everybody may. */
  readonly user: BrokerUser | undefined;
  /** Files in PEM: its port speaks TLS. */
  readonly tls: { readonly certFile: string; readonly keyFile: string } | undefined;
}

export const usage = `fieldwarden-rig [options]

Simulated PLCs, a machine with an OPC UA server and an MQTT broker over real sockets, with running machines behind them.

${portNames.map((name) => usageLine(name)).join('\n')}
  --bind ADDRESS       all ports listen there; default 127.0.0.1, or ${bindVariable}
  --mqtt-broker NAME   mosquitto or aedes; default mosquitto where it is installed, else aedes
  --mqtt-user NAME:PASSWORD
                       nobody else may come to the broker
  --mqtt-cert FILE --mqtt-key FILE
                       its port speaks TLS with these, in PEM
  --chaos              say how to run a gateway on apps/rig/plant.chaos.yaml
  --json               print one JSON line with the ports once all of them answer
  --help
`;

/** Flags go before the environment. Throws kind `config`, code `RIG_USAGE`. */
export function parseRigOptions(args: readonly string[], environment: NodeJS.ProcessEnv): RigOptions {
  const values = parsed(args);
  const port = (name: PortName): number => {
    const { flag, variable, fallback } = portSettings[name];
    const given = values[flag];
    if (typeof given === 'string') return portNumber(given, `--${flag}`);
    return environment[variable] ? portNumber(environment[variable], variable) : fallback;
  };
  return {
    bind: typeof values.bind === 'string' ? values.bind : environment[bindVariable] || '127.0.0.1',
    ports: {
      modbus: port('modbus'),
      s7: port('s7'),
      mqtt: port('mqtt'),
      opcua: port('opcua'),
      control: port('control'),
    },
    broker: brokerSettings(values),
    json: values.json === true,
    chaos: values.chaos === true,
    help: values.help === true,
  };
}

function brokerSettings(values: Readonly<Record<string, string | boolean | undefined>>): RigBrokerSettings {
  const text = (flag: string): string | undefined => values[flag] as string | undefined;
  const [certFile, keyFile] = [text('mqtt-cert'), text('mqtt-key')];
  if ((certFile === undefined) !== (keyFile === undefined))
    throw usageError('--mqtt-cert and --mqtt-key belong together');
  return {
    program: brokerName(text('mqtt-broker')),
    user: brokerUser(text('mqtt-user')),
    tls: certFile === undefined || keyFile === undefined ? undefined : { certFile, keyFile },
  };
}

function brokerName(text: string | undefined): BrokerName | undefined {
  const name = brokerNames.find((each) => each === text);
  if (text === undefined || name) return name;
  throw usageError(`--mqtt-broker must be ${brokerNames.join(' or ')}, not ${JSON.stringify(text)}`);
}

function brokerUser(text: string | undefined): BrokerUser | undefined {
  if (text === undefined) return undefined;
  const [, name, password] = /^([^:]+):(.+)$/s.exec(text) ?? [];
  if (name && password) return { name, password };
  throw usageError('--mqtt-user must be NAME:PASSWORD');
}

function parsed(args: readonly string[]): Readonly<Record<string, string | boolean | undefined>> {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean' } as const;
  const ports = Object.fromEntries(portNames.map((name) => [portSettings[name].flag, text]));
  try {
    const broker = { 'mqtt-broker': text, 'mqtt-user': text, 'mqtt-cert': text, 'mqtt-key': text };
    const options = { ...ports, ...broker, bind: text, json: flag, chaos: flag, help: flag };
    return parseArgs({ args: [...args], options }).values;
  } catch (error) {
    throw usageError(messageOf(error), error);
  }
}

function portNumber(text: string, from: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (port <= 65_535) return port;
  throw usageError(`${from} must be a port from 0 (any free one) to 65535, not ${JSON.stringify(text)}`);
}

function usageError(message: string, cause?: unknown): GatewayError {
  return new GatewayError({ code: 'RIG_USAGE', kind: 'config', message, cause });
}

function usageLine(name: PortName): string {
  const { title, flag, variable, fallback } = portSettings[name];
  return `  --${flag} PORT`.padEnd(23) + `${title}; default ${fallback}, or ${variable}; 0 = any free one`;
}
