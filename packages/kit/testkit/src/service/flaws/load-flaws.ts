import { once } from 'node:events';
import type { Socket } from 'node:net';
import { MemoryClient } from '../reference/memory-client.js';
import { MemoryService } from '../reference/memory-service.js';
import type { ServiceFlaw } from './flaw.js';

export const loadFlaws: readonly ServiceFlaw[] = [
  {
    what: 'everything kept for a client that does not read',
    breaks: ['keeps its memory bounded while a client does not read'],
    service: withClient(
      class extends MemoryClient {
        override async send(line: string): Promise<void> {
          this.socket.write(`${line}\n`);
        }
      },
    ),
  },
  {
    what: 'a list of all that a client has not fetched',
    breaks: ['keeps its memory bounded while a client does not read'],
    service: withClient(
      class extends MemoryClient {
        readonly waiting: string[] = [];
        override async send(line: string): Promise<void> {
          if (this.waiting.push(line) === 1) void this.sendAll();
        }
        async sendAll(): Promise<void> {
          for (let next = this.waiting[0]; next; next = this.waiting[0]) {
            await super.send(next);
            this.waiting.shift();
          }
        }
      },
    ),
  },
  {
    what: 'all clients as fast as the slowest',
    breaks: ['serves others while a client does not read'],
    service: class extends MemoryService {
      readonly sockets = new Set<Socket>();
      protected override clientOf(socket: Socket): MemoryClient {
        this.sockets.add(socket);
        return super.clientOf(socket);
      }
      protected override async reply(...asked: Parameters<MemoryService['reply']>): Promise<string> {
        for (const socket of this.sockets) if (socket.writableNeedDrain) await once(socket, 'drain');
        return await super.reply(...asked);
      }
    },
  },
  {
    what: 'a stop that sees everybody off',
    breaks: [
      'serves others while a client does not read',
      'stops although a client does not read, and leaves nothing behind',
    ],
    service: class extends MemoryService {
      readonly sockets = new Set<Socket>();
      protected override clientOf(socket: Socket): MemoryClient {
        this.sockets.add(socket);
        return super.clientOf(socket);
      }
      override async stop(): Promise<void> {
        for (const socket of this.sockets)
          if (socket.writableNeedDrain) await new Promise((resolve) => socket.once('drain', resolve));
        await super.stop();
      }
    },
  },
];

function withClient(client: typeof MemoryClient): typeof MemoryService {
  return class extends MemoryService {
    protected override clientOf(socket: Socket): MemoryClient {
      return new client(socket, (path) => this.show(path));
    }
  };
}
