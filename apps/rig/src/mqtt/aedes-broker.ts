import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { Aedes } from 'aedes';
import type { BrokerProgram, BrokerProgramOptions } from './broker-program.js';

const badUserOrPassword = 4;

/** The broker where no mosquitto is installed: in this process, MQTT 3.1.1. */
export class AedesBroker implements BrokerProgram {
  readonly name = 'aedes';
  readonly #aedes: Aedes;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  private constructor(aedes: Aedes) {
    this.#aedes = aedes;
    this.#server = createServer((socket) => {
      this.#sockets.add(socket);
      socket.on('error', () => undefined).on('close', () => this.#sockets.delete(socket));
      aedes.handle(socket);
    });
  }

  static async start({ socketPath, user }: BrokerProgramOptions): Promise<AedesBroker> {
    const aedes = await Aedes.createBroker();
    if (user) {
      aedes.authenticate = (_, name, password, done) => {
        const isKnown = name === user.name && password?.toString() === user.password;
        const refusal = Object.assign(new Error('wrong user or password'), { returnCode: badUserOrPassword } as const);
        done(isKnown ? null : refusal, isKnown);
      };
    }
    const broker = new AedesBroker(aedes);
    broker.#server.listen(socketPath);
    await once(broker.#server, 'listening');
    return broker;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
    await closed;
    await new Promise<void>((resolve) => this.#aedes.close(() => resolve()));
  }
}
