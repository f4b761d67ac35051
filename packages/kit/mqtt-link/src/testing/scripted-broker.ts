import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import mqttPacket, { type IConnectPacket, type IPublishPacket, type ISubscribePacket, type Packet } from 'mqtt-packet';

/** What a broker does that nobody would want to have: each knob may be turned while clients are connected. */
export interface BrokerScript {
  /** Reason code of the CONNACK; 0 takes the client, `hang-up` ends the connection instead, `silence` says nothing. */
  connack: number | 'hang-up' | 'silence';
  /** What the CONNACK says of a session from before. */
  sessionPresent: boolean;
  /** Properties of the CONNACK (MQTT 5). */
  properties: Record<string, unknown>;
  /** What a publish of QoS 1 gets: a reason code, or nothing. */
  acknowledge: (publish: IPublishPacket) => number | 'withhold' | 'hang-up';
  /** Code of each filter of a SUBSCRIBE. */
  grant: (filter: string) => number;
  /** Reads nothing any more. */
  frozen: boolean;
  /** Answers PINGREQ. */
  answersPings: boolean;
  /** Answers UNSUBSCRIBE. */
  answersUnsubscribe: boolean;
  /** Right after the CONNACK. */
  onTaken: (client: ScriptedClient) => void;
}

/** One connection, as the broker sees it. */
export interface ScriptedClient {
  readonly connect: IConnectPacket;
  readonly socket: Socket;
  /** Everything it sent, CONNECT included, oldest first. */
  readonly packets: readonly Packet[];
  send(packet: Packet): void;
}

const obedient: BrokerScript = {
  connack: 0,
  sessionPresent: false,
  properties: {},
  acknowledge: () => 0,
  grant: () => 1,
  frozen: false,
  answersPings: true,
  answersUnsubscribe: true,
  onTaken: () => undefined,
};

/** A broker that follows a script instead of the standard, on loopback. Remembers what came. */
export class ScriptedBroker implements AsyncDisposable {
  readonly script: BrokerScript = { ...obedient };
  /** Connections whose CONNECT came, oldest first. */
  readonly clients: ScriptedClient[] = [];
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  private constructor() {
    this.#server = createServer((socket) => this.#accept(socket));
  }

  static async start(script: Partial<BrokerScript> = {}, port = 0): Promise<ScriptedBroker> {
    const broker = new ScriptedBroker();
    Object.assign(broker.script, script);
    broker.#server.listen(port, '127.0.0.1');
    await once(broker.#server, 'listening');
    return broker;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get url(): string {
    return `mqtt://127.0.0.1:${this.port}`;
  }

  /** All PUBLISH packets of all connections, in the order in which they came. */
  get published(): readonly IPublishPacket[] {
    return this.clients.flatMap(({ packets }) => packets.filter((packet) => packet.cmd === 'publish'));
  }

  /** Cuts all connections without a word. */
  cut(): void {
    for (const socket of this.#sockets) socket.resetAndDestroy();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  #accept(socket: Socket): void {
    this.#sockets.add(socket);
    socket.setNoDelay(true);
    socket.on('error', () => undefined);
    socket.on('close', () => this.#sockets.delete(socket));
    const parser = mqttPacket.parser({ protocolVersion: 4 });
    let client: (ScriptedClient & { readonly packets: Packet[] }) | undefined;
    parser.on('packet', (packet: Packet) => {
      if (packet.cmd === 'connect') {
        const version = packet.protocolVersion ?? 4;
        const send = (answer: Packet): void => {
          if (socket.writable) mqttPacket.writeToStream(answer, socket, { protocolVersion: version });
        };
        client = { connect: packet, socket, packets: [], send };
        this.clients.push(client);
      }
      if (!client) return void socket.destroy();
      client.packets.push(packet);
      this.#answer(client, packet);
    });
    parser.on('error', () => socket.destroy());
    socket.on('data', (bytes: Buffer) => {
      if (this.script.frozen) return void socket.pause();
      parser.parse(bytes);
    });
  }

  #answer(client: ScriptedClient, packet: Packet): void {
    switch (packet.cmd) {
      case 'connect':
        return this.#take(client);
      case 'publish':
        return this.#acknowledge(client, packet);
      case 'subscribe':
        return this.#grant(client, packet);
      case 'unsubscribe':
        if (!this.script.answersUnsubscribe) return undefined;
        return client.send({
          cmd: 'unsuback',
          messageId: packet.messageId,
          granted: packet.unsubscriptions.map(() => 0),
        });
      case 'pubrel':
        return client.send({ cmd: 'pubcomp', messageId: packet.messageId });
      case 'pingreq':
        return this.script.answersPings ? client.send({ cmd: 'pingresp' }) : undefined;
      case 'disconnect':
        return void client.socket.end();
      default:
        return undefined;
    }
  }

  #take(client: ScriptedClient): void {
    const { connack, sessionPresent, properties, onTaken } = this.script;
    if (connack === 'silence') return;
    if (connack === 'hang-up') return void client.socket.destroy();
    client.send({ cmd: 'connack', sessionPresent, returnCode: connack, reasonCode: connack, properties });
    if (connack === 0) onTaken(client);
    else client.socket.end();
  }

  #acknowledge(client: ScriptedClient, publish: IPublishPacket): void {
    if (publish.qos === 0) return;
    const code = this.script.acknowledge(publish);
    if (code === 'withhold') return;
    if (code === 'hang-up') return void client.socket.destroy();
    client.send({ cmd: publish.qos === 1 ? 'puback' : 'pubrec', messageId: publish.messageId, reasonCode: code });
  }

  #grant(client: ScriptedClient, { messageId, subscriptions }: ISubscribePacket): void {
    client.send({ cmd: 'suback', messageId, granted: subscriptions.map(({ topic }) => this.script.grant(topic)) });
  }
}
