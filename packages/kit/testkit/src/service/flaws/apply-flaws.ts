import { setImmediate as nextTurn } from 'node:timers/promises';
import { KeepingService } from '../reference/keeping-service.js';
import { MemoryService, type MemoryServiceSettings } from '../reference/memory-service.js';
import type { ServiceFlaw } from './flaw.js';

export const applyFlaws: readonly ServiceFlaw[] = [
  {
    what: 'deaf ears while it takes settings over',
    breaks: [
      'takes settings over while it is busy, and shows every change meanwhile',
      'loses and doubles no change for a client that is told of them while settings are taken over',
    ],
    service: class extends KeepingService {
      deaf = false;
      override async apply(settings: MemoryServiceSettings): Promise<void> {
        this.deaf = true;
        for (let turn = 0; turn < 10; turn++) await nextTurn();
        await super.apply(settings).finally(() => (this.deaf = false));
      }
      protected override keepChanged(handles: Uint32Array, count: number): void {
        if (!this.deaf) super.keepChanged(handles, count);
      }
    },
  },
  {
    what: 'everything told again with new settings',
    breaks: ['loses and doubles no change for a client that is told of them while settings are taken over'],
    service: class extends MemoryService {
      override async apply(settings: MemoryServiceSettings): Promise<void> {
        await super.apply(settings);
        for (const client of this.clients)
          if (client.following) for (const path of this.paths.values()) client.tell(path);
      }
    },
  },
  {
    what: 'one more listener with each apply',
    breaks: ['holds no more after settings were taken over many times than after one'],
    service: class extends MemoryService {
      override async apply(settings: MemoryServiceSettings): Promise<void> {
        this.followed.push(this.tags.onChange(() => undefined));
        await super.apply(settings);
      }
    },
  },
  {
    what: 'a listener that an apply forgets',
    breaks: [
      'holds no more after settings were taken over many times than after one',
      'stops while it takes settings over, and leaves nothing behind',
    ],
    service: class extends MemoryService {
      forgot = false;
      override async apply(settings: MemoryServiceSettings): Promise<void> {
        if (!this.forgot) this.tags.onChange(() => undefined);
        this.forgot = true;
        await super.apply(settings);
      }
    },
  },
  {
    what: 'an apply that never ends once it failed',
    breaks: ['lets itself be started anew, with nothing left behind, when taking settings over fails'],
    service: class extends MemoryService {
      override async apply(settings: MemoryServiceSettings): Promise<void> {
        await super.apply(settings).catch(() => new Promise(() => undefined));
      }
    },
  },
  {
    what: 'a failed apply that throws once more where nobody catches',
    breaks: ['lets itself be started anew, with nothing left behind, when taking settings over fails'],
    service: class extends MemoryService {
      override async apply(settings: MemoryServiceSettings): Promise<void> {
        await super.apply(settings).catch((error: unknown) => {
          setImmediate(() => {
            throw error;
          });
          throw error;
        });
      }
    },
  },
  {
    what: 'a failed apply that is taken for done, with nothing shown any more',
    breaks: ['lets itself be started anew, with nothing left behind, when taking settings over fails'],
    service: class extends MemoryService {
      blind = false;
      override async apply(settings: MemoryServiceSettings): Promise<void> {
        await super.apply(settings).catch(() => (this.blind = true));
      }
      protected override show(path: string): string {
        return this.blind ? JSON.stringify({ path, good: false, value: null }) : super.show(path);
      }
    },
  },
  {
    what: 'an apply that goes on after stop',
    breaks: [
      'loses and doubles no change for a client that is told of them while settings are taken over',
      'stops while it takes settings over, and leaves nothing behind',
    ],
    service: class extends MemoryService {
      override async apply(settings: MemoryServiceSettings): Promise<void> {
        await super.apply(settings);
        for (const each of this.followed.splice(0)) each[Symbol.dispose]();
        await nextTurn();
        this.follow();
      }
    },
  },
];
