import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { waitFor } from '@fieldwarden/testkit';

/** A client that sends bytes as the test wants them, and takes Modbus TCP frames as answers. */
export class TestClient implements Disposable {
  readonly socket: Socket;
  isClosed = false;
  #received: Buffer = Buffer.alloc(0);
  #transactionId = 0;

  private constructor(socket: Socket) {
    this.socket = socket;
    socket.on('data', (chunk: Buffer) => (this.#received = Buffer.concat([this.#received, chunk])));
    socket.on('error', () => undefined);
    socket.on('close', () => (this.isClosed = true));
  }

  static async connect(port: number): Promise<TestClient> {
    const socket = connect({ host: '127.0.0.1', port, noDelay: true });
    await once(socket, 'connect');
    return new TestClient(socket);
  }

  /** Everything received and not taken yet. */
  get received(): Buffer {
    return this.#received;
  }

  /** PDU → PDU, both in hexadecimal with blanks where they help. */
  async ask(pdu: string, unitId = 1): Promise<string> {
    const transactionId = this.send(pdu, unitId);
    const answer = await this.answer();
    if (answer.transactionId !== transactionId || answer.unitId !== unitId) throw new Error('not the answer to this');
    return answer.pdu;
  }

  send(pdu: string, unitId = 1): number {
    this.#transactionId = (this.#transactionId + 1) & 0xffff;
    this.socket.write(frame(this.#transactionId, unitId, pdu));
    return this.#transactionId;
  }

  async answer(): Promise<{ readonly transactionId: number; readonly unitId: number; readonly pdu: string }> {
    const whole = (): boolean =>
      this.#received.length >= 6 && this.#received.length >= 6 + this.#received.readUInt16BE(4);
    await waitFor(() => whole() || this.isClosed, { what: 'an answer' });
    if (!whole()) throw new Error('the server closed the connection');
    const end = 6 + this.#received.readUInt16BE(4);
    const adu = this.#received.subarray(0, end);
    this.#received = this.#received.subarray(end);
    return { transactionId: adu.readUInt16BE(0), unitId: adu[6], pdu: adu.toString('hex', 7) };
  }

  /** Resolves when the server has closed. */
  async closed(): Promise<void> {
    await waitFor(() => this.isClosed, { what: 'the server to close the connection' });
  }

  [Symbol.dispose](): void {
    this.socket.destroy();
  }
}

export function frame(transactionId: number, unitId: number, pdu: string): Buffer {
  const bytes = hex(pdu);
  const header = Buffer.alloc(7);
  header.writeUInt16BE(transactionId, 0);
  header.writeUInt16BE(1 + bytes.length, 4);
  header[6] = unitId;
  return Buffer.concat([header, bytes]);
}

export function hex(text: string): Buffer {
  return Buffer.from(text.replaceAll(' ', ''), 'hex');
}
