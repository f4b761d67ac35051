import { MemoryService } from '../reference/memory-service.js';
import type { ServiceFlaw } from './flaw.js';

export const storageFlaws: readonly ServiceFlaw[] = [
  {
    what: 'silence about a full disk',
    breaks: [
      'says so when its storage is full, and goes on',
      'takes that back once there is room again',
      'stops with its storage full, and leaves nothing behind',
    ],
    service: class extends MemoryService {
      protected override notSaved(): void {
        // Nobody asked.
      }
    },
  },
  {
    what: 'a full disk that nobody catches',
    breaks: [
      'says so when its storage is full, and goes on',
      'takes that back once there is room again',
      'stops with its storage full, and leaves nothing behind',
    ],
    service: class extends MemoryService {
      protected override notSaved(error: unknown): void {
        super.notSaved(error);
        throw error;
      }
    },
  },
  {
    what: 'an alarm about a disk that has room again',
    breaks: ['takes that back once there is room again'],
    service: class extends MemoryService {
      protected override async save(): Promise<void> {
        if (!this.full) await super.save();
      }
    },
  },
  {
    what: 'no answers while the disk is full',
    breaks: ['says so when its storage is full, and goes on'],
    service: class extends MemoryService {
      protected override show(path: string): string {
        return this.full ? JSON.stringify({ path, good: false, value: null }) : super.show(path);
      }
    },
  },
  {
    what: 'another attempt to save after stop',
    breaks: ['stops with its storage full, and leaves nothing behind'],
    service: class extends MemoryService {
      override async stop(): Promise<void> {
        await super.stop();
        if (this.full) this.context.clock.setTimer(() => void this.save(), 600_000).unref();
      }
    },
  },
  {
    what: 'no answers while the disk is slow',
    breaks: ['goes on while its storage is slow'],
    service: class extends MemoryService {
      saving = false;
      protected override async save(): Promise<void> {
        this.saving = true;
        await super.save().finally(() => (this.saving = false));
      }
      protected override show(path: string): string {
        return this.saving ? JSON.stringify({ path, good: false, value: null }) : super.show(path);
      }
    },
  },
];
