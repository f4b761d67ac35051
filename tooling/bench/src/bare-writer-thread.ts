/**
 * Nothing but a socket, in a thread of its own: what a device itself takes for requests that come one after the other. Started with the
 * port of a Modbus device; each message is a list of addresses to write two registers to, each answer the milliseconds from the first
 * request to the last reply.
 */
import { once } from 'node:events';
import { connect } from 'node:net';
import { parentPort, workerData } from 'node:worker_threads';

/** Write Multiple Registers (Modbus Application Protocol V1.1b3, 6.12). */
const writeMultipleRegisters = 16;

const socket = connect({ host: '127.0.0.1', port: workerData as number, noDelay: true });
await once(socket, 'connect');
parentPort?.on('message', (addresses: readonly number[]) => {
  void write(addresses).then((durationMs) => parentPort?.postMessage(durationMs));
});

async function write(addresses: readonly number[]): Promise<number> {
  const startMs = performance.now();
  for (const address of addresses) {
    socket.write(request(address));
    await once(socket, 'data');
  }
  return performance.now() - startMs;
}

function request(address: number): Buffer {
  const bytes = Buffer.alloc(17);
  bytes.writeUInt16BE(11, 4);
  bytes[6] = 1;
  bytes[7] = writeMultipleRegisters;
  bytes.writeUInt16BE(address, 8);
  bytes.writeUInt16BE(2, 10);
  bytes[12] = 4;
  return bytes;
}
