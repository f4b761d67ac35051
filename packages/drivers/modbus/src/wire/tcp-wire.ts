import type { ModbusOptions } from '../options.js';
import { RtuFraming } from './rtu-framing.js';
import { TcpConnection } from './tcp-connection.js';
import { TcpFraming } from './tcp-framing.js';
import type { Wire } from './wire.js';

/** SPEC §9.1: a timed-out request closes the connection before the next request is sent. */
const timeoutsPerConnection = 1;

export function tcpWire(options: ModbusOptions): Wire {
  const { host, port, transport, frameSilenceMs } = options;
  return {
    peer: `${host}:${port}`,
    framing: transport === 'tcp' ? new TcpFraming(options) : new RtuFraming(),
    frameSilenceMs: transport === 'tcp' ? 0 : frameSilenceMs,
    byteMs: 0,
    timeoutsPerConnection,
    ...(transport === 'rtu-over-tcp' && { silenceHint: 'if it speaks Modbus TCP and not RTU, set transport: tcp' }),
    connect: (events) => new TcpConnection(host, port, events),
  };
}
