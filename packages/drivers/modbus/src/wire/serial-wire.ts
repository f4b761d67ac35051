import type { ModbusRtuOptions } from '../options.js';
import { RtuFraming } from './rtu-framing.js';
import { SerialConnection } from './serial-connection.js';
import type { Wire } from './wire.js';

/**
 * Closing a serial port keeps no late answer away, it costs the other units time; units are brought back in step instead. After
 * so many time-outs without any answer the port is opened anew all the same, for adapters that need it.
 */
const timeoutsPerConnection = 8;

export function serialWire(options: ModbusRtuOptions): Wire {
  const { port, baudRate, dataBits, parity, stopBits, frameSilenceMs } = options;
  let previous: SerialConnection | undefined;
  return {
    peer: port,
    framing: new RtuFraming(),
    frameSilenceMs: frameSilenceMs ?? silenceOf(baudRate),
    byteMs: (1000 * bitsPerCharacter) / baudRate,
    timeoutsPerConnection,
    connect: (events) => {
      const released = previous?.released ?? Promise.resolve();
      previous = new SerialConnection({ path: port, baudRate, dataBits, parity, stopBits }, released, events);
      return previous;
    },
  };
}

const bitsPerCharacter = 11;
const charactersOfSilence = 3.5;
const leastSilenceMs = 1.75;

/** Modbus over Serial Line V1.02, 2.5.1.1: 3.5 characters, and 1.75 ms above 19,200 baud. */
export function silenceOf(baudRate: number): number {
  return Math.max(leastSilenceMs, (1000 * charactersOfSilence * bitsPerCharacter) / baudRate);
}
