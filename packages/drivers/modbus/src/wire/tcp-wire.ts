import type { ModbusOptions } from '../options.js';
import { RtuFraming } from './rtu-framing.js';
import { TcpConnection } from './tcp-connection.js';
import { TcpFraming } from './tcp-framing.js';
import type { Wire } from './wire.js';

/** SPEC §9.1: a timed-out request closes the connection before the next request is sent. */
const timeoutsPerConnection = 1;

export function tcpWire({ host, port, transport, frameSilenceMs }: ModbusOptions): Wire {
  return {
    peer: `${host}:${port}`,
    framing: transport === 'tcp' ? new TcpFraming() : new RtuFraming(),
    frameSilenceMs: transport === 'tcp' ? 0 : frameSilenceMs,
    timeoutsPerConnection,
    connect: (events) => new TcpConnection(host, port, events),
  };
}
