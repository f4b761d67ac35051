import { parseArgs } from 'node:util';
import { GatewayError, messageOf } from '@fieldwarden/core';

export const portNames = ['modbus', 's7', 'control'] as const;

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
  readonly help: boolean;
}

export const usage = `fieldwarden-rig [options]

Simulated PLCs over real sockets, with running machines behind them.

${portNames.map((name) => usageLine(name)).join('\n')}
  --bind ADDRESS       all ports listen there; default 127.0.0.1, or ${bindVariable}
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
    ports: { modbus: port('modbus'), s7: port('s7'), control: port('control') },
    json: values.json === true,
    chaos: values.chaos === true,
    help: values.help === true,
  };
}

function parsed(args: readonly string[]): Readonly<Record<string, string | boolean | undefined>> {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean' } as const;
  const ports = Object.fromEntries(portNames.map((name) => [portSettings[name].flag, text]));
  try {
    return parseArgs({ args: [...args], options: { ...ports, bind: text, json: flag, chaos: flag, help: flag } })
      .values;
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
