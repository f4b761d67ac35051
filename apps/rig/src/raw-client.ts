import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { waitFor } from '@fieldwarden/testkit';

/** A client of the tests that sees what travels, byte by byte. */
export class RawClient implements Disposable {
  readonly chunks: Buffer[] = [];
  #errorCode: string | undefined;
  readonly #socket: Socket;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('data', (bytes) => this.chunks.push(bytes));
    socket.on('error', (error: NodeJS.ErrnoException) => (this.#errorCode = error.code));
  }

  static async connect(port: number): Promise<RawClient> {
    const client = new RawClient(connect({ port, host: '127.0.0.1', noDelay: true }));
    // a connection that is reset at once may or may not have been made before
    await once(client.#socket, 'connect').catch(() => undefined);
    return client;
  }

  send(bytes: Buffer): void {
    this.#socket.write(bytes);
  }

  received(): Buffer {
    return Buffer.concat(this.chunks);
  }

  /** All that has come, once it is at least that many bytes. */
  receives(atLeastBytes: number): Promise<Buffer> {
    return waitFor(() => this.received().length >= atLeastBytes && this.received(), {
      what: `${atLeastBytes} bytes; ${this.received().length} have come`,
    });
  }

  isReset(): Promise<unknown> {
    return waitFor(() => this.#errorCode === 'ECONNRESET', { what: 'the reset of the connection' });
  }

  [Symbol.dispose](): void {
    this.#socket.destroy();
  }
}

/** MBAP header: transaction, protocol 0, length, unit. */
export function modbusFrame(transaction: number, unit: number, pdu: Buffer): Buffer {
  return Buffer.concat([Buffer.from([0, transaction, 0, 0, 0, pdu.length + 1, unit]), pdu]);
}

/** COTP connect request to rack 0, slot 1 (RFC 905, 13.3). Answered by 22 bytes, or by a disconnect. */
export const s7Connect = Buffer.from('0300001611e00000000100c0010ac1020100c2020101', 'hex');
/** S7 setup communication, PDU 480. Answered by 27 bytes. */
export const s7Setup = Buffer.from('0300001902f08032010000000100080000f0000001000101e0', 'hex');
/** Read of the REAL DB1.DBD16. Answered by 29 bytes, or by 25 when the item is refused. */
export const s7ReadSetpoint = Buffer.from('0300001f02f080320100000002000e00000401120a10020004000184000080', 'hex');
