import { openSync } from 'node:fs';
import type { ServiceContext, TagSource } from '@fieldwarden/service';
import { MemoryService, type MemoryServiceSettings } from '../reference/memory-service.js';
import type { ServiceFlaw } from './flaw.js';
import { afterNoWork, afterWork, ofInstances, whenTaken } from './sentences.js';

export const lifeFlaws: readonly ServiceFlaw[] = [
  {
    what: 'work that begins when it is created',
    breaks: ['does nothing yet when it is created'],
    service: class extends MemoryService {
      constructor(context: ServiceContext<MemoryServiceSettings>) {
        super(context);
        context.events.append({ message: 'created' });
      }
    },
  },
  {
    what: 'an address with the port that was asked for',
    breaks: ['starts, and says where it listens'],
    service: class extends MemoryService {
      override async start(signal: AbortSignal): ReturnType<MemoryService['start']> {
        return { ...(await super.start(signal)), url: 'tcp://127.0.0.1:0' };
      }
    },
  },
  {
    what: 'a port that it keeps after stop',
    breaks: [...afterWork, 'serves again when it is made anew, its clients still there'],
    service: class extends MemoryService {
      protected override closeServer(): Promise<void> {
        return Promise.resolve();
      }
    },
  },
  {
    what: 'a timer of its clock that it keeps after stop',
    breaks: [...afterWork, whenTaken],
    service: class extends MemoryService {
      protected override follow(): void {
        super.follow();
        this.context.clock.setTimer(() => undefined, 600_000).unref();
      }
    },
  },
  {
    what: 'a timer of nobody’s clock that it keeps after stop',
    breaks: [...afterWork, whenTaken],
    service: class extends MemoryService {
      protected override follow(): void {
        super.follow();
        setInterval(() => undefined, 600_000).unref();
      }
    },
  },
  {
    what: 'a listener of tags that it keeps after stop',
    breaks: [...afterWork, whenTaken],
    service: class extends MemoryService {
      protected override follow(): void {
        super.follow();
        this.tags.onChange(() => undefined);
      }
    },
  },
  {
    what: 'a listener of accounts that it keeps after stop',
    breaks: [...afterWork, whenTaken],
    service: class extends MemoryService {
      protected override follow(): void {
        super.follow();
        this.context.access.follow(() => undefined);
      }
    },
  },
  {
    what: 'a file that it keeps open after stop',
    breaks: [...afterWork, ...afterNoWork, whenTaken],
    service: class extends MemoryService {
      override async start(signal: AbortSignal): ReturnType<MemoryService['start']> {
        openSync(`${this.context.directory}/log`, 'a');
        return await super.start(signal);
      }
    },
  },
  {
    what: 'an alarm that it raises after it was stopped',
    breaks: [...afterWork, ...afterNoWork, whenTaken],
    service: class extends MemoryService {
      override async stop(): Promise<void> {
        await super.stop();
        setImmediate(() => this.context.alarms.raise({ conditionId: 'stopped', severity: 100, message: 'stopped' }));
      }
    },
  },
  {
    what: 'a stop that never ends',
    breaks: ofInstances,
    service: class extends MemoryService {
      override async stop(): Promise<void> {
        await super.stop();
        await new Promise(() => undefined);
      }
    },
  },
  {
    what: 'a stop that rejects when nothing runs',
    breaks: [
      'does nothing yet when it is created',
      'can be stopped when it was never started, and twice',
      'leaves nothing behind when it is stopped while it starts',
    ],
    service: class extends MemoryService {
      override async stop(): Promise<void> {
        if (!this.table) throw new Error('not started');
        await super.stop();
      }
    },
  },
  {
    what: 'a second stop that rejects',
    breaks: [
      'can be stopped when it was never started, and twice',
      'leaves nothing behind when its start is called off',
      'leaves nothing behind when it is stopped while it starts',
    ],
    service: class extends MemoryService {
      override async stop(): Promise<void> {
        if (this.stopped) throw new Error('stopped already');
        await super.stop();
      }
    },
  },
  {
    what: 'a start that goes on after it was called off',
    breaks: ['leaves nothing behind when it is stopped while it starts'],
    service: class extends MemoryService {
      protected override refuseIfOver(): void {
        // Goes on.
      }
    },
  },
  {
    what: 'clients that keep it from stopping',
    breaks: [
      'serves again when it is made anew, its clients still there',
      'stops although a client does not read, and leaves nothing behind',
    ],
    service: class extends MemoryService {
      override async stop(): Promise<void> {
        const clients = [...this.clients].filter(({ following }) => following);
        for (const client of clients) this.clients.delete(client);
        await super.stop();
      }
    },
  },
  {
    what: 'tags that all instances share',
    breaks: ['runs beside another instance, each with tags of its own'],
    service: class extends MemoryService {
      constructor(context: ServiceContext<MemoryServiceSettings>) {
        super(context);
        latest = context.tags;
      }
      protected override get tags(): TagSource {
        return latest!;
      }
    },
  },
];

let latest: TagSource | undefined;
