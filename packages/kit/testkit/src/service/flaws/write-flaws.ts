import { type TagValue } from '@fieldwarden/core';
import type { Origin } from '@fieldwarden/gateway-contract';
import { MemoryService } from '../reference/memory-service.js';
import type { ServiceFlaw } from './flaw.js';

export const writeFlaws: readonly ServiceFlaw[] = [
  {
    what: 'a Good before the device has answered',
    breaks: [
      'does not say that a write is done before the device has',
      'stops although a device never answers, and does not say that the write is done',
    ],
    service: class extends MemoryService {
      protected override async writeTag(path: string, handle: number, value: TagValue): Promise<string> {
        const asked = super.writeTag(path, handle, value).catch(() => 'unknown');
        return await Promise.race([asked, new Promise<string>((resolve) => setImmediate(() => resolve('done')))]);
      }
    },
  },
  {
    what: 'a Good for every write',
    breaks: [
      'answers a write with what became of it',
      'does not say that a write is done before the device has',
      'says of a write to a tag that cannot be written, or is gone, that it is not done',
    ],
    service: class extends MemoryService {
      protected override async writeTag(path: string, handle: number, value: TagValue): Promise<string> {
        await super.writeTag(path, handle, value);
        return 'done';
      }
    },
  },
  {
    what: 'rejected for what nobody knows',
    breaks: ['answers a write with what became of it'],
    service: class extends MemoryService {
      protected override async writeTag(path: string, handle: number, value: TagValue): Promise<string> {
        const said = await super.writeTag(path, handle, value);
        return said === 'done' ? said : 'rejected';
      }
    },
  },
  {
    what: 'a write that is tried again',
    breaks: ['answers a write with what became of it'],
    service: class extends MemoryService {
      protected override async writeTag(path: string, handle: number, value: TagValue): Promise<string> {
        const said = await super.writeTag(path, handle, value);
        return said === 'unknown' ? await super.writeTag(path, handle, value) : said;
      }
    },
  },
  {
    what: 'a write that is sent twice',
    breaks: ['hands a write on once, with its tag, its value and who asked', 'answers a write with what became of it'],
    service: class extends MemoryService {
      protected override async writeTag(path: string, handle: number, value: TagValue): Promise<string> {
        const [said] = await Promise.all([super.writeTag(path, handle, value), super.writeTag(path, handle, value)]);
        return said;
      }
    },
  },
  {
    what: 'a write from nowhere',
    breaks: ['hands a write on once, with its tag, its value and who asked'],
    service: class extends MemoryService {
      protected override origin(): Origin {
        return { ...super.origin(), via: '' };
      }
    },
  },
  {
    what: 'a stop that waits for the device',
    breaks: ['stops although a device never answers, and does not say that the write is done'],
    service: class extends MemoryService {
      readonly pending = new Set<Promise<string>>();
      protected override async writeTag(path: string, handle: number, value: TagValue): Promise<string> {
        const asked = super.writeTag(path, handle, value);
        this.pending.add(asked);
        return await asked.finally(() => this.pending.delete(asked));
      }
      override async stop(): Promise<void> {
        await Promise.allSettled(this.pending);
        await super.stop();
      }
    },
  },
  {
    what: 'a Good for a tag that is gone',
    breaks: ['says of a write to a tag that cannot be written, or is gone, that it is not done'],
    service: class extends MemoryService {
      protected override async write(path: string, json: unknown): Promise<string> {
        return this.tags.handleOf(path) === undefined ? 'done' : await super.write(path, json);
      }
    },
  },
  {
    what: 'a write that fails where nobody catches',
    breaks: ['says of a write that could not even be tried that it is not done, and goes on'],
    service: class extends MemoryService {
      protected override async writeTag(path: string, handle: number, value: TagValue): Promise<string> {
        const asked = super.writeTag(path, handle, value);
        void asked.finally(() => undefined);
        return await asked;
      }
    },
  },
];
