import { setImmediate as nextTurn } from 'node:timers/promises';
import { KeepingService } from '../reference/keeping-service.js';
import { MemoryService } from '../reference/memory-service.js';
import type { ServiceFlaw } from './flaw.js';
import { ofChanges } from './sentences.js';

export const tagFlaws: readonly ServiceFlaw[] = [
  {
    what: 'values as they were when it started',
    breaks: [...ofChanges, 'outlives errors of what it is given, or asks to be started anew'],
    service: class extends KeepingService {
      protected override keepChanged(): void {
        // Keeps what it has.
      }
    },
  },
  {
    what: 'an old value under a Bad status',
    breaks: ['shows a tag that is not Good as not Good, and its neighbours as they are'],
    service: class extends MemoryService {
      protected override show(path: string): string {
        const handle = this.tags.handleOf(path);
        const value = handle === undefined ? null : this.tags.value(handle);
        return JSON.stringify({ path, good: value !== null, value });
      }
    },
  },
  {
    what: 'no eye for tags that come',
    breaks: [
      'shows tags that come while it runs',
      'shows a tag that is gone as not Good, and its value when it is back',
      'does not take the next tag with its handle for a tag that is gone',
      'shows no old value of a tag that comes back with the same handle and another type',
    ],
    service: class extends KeepingService {
      protected override defined(): void {
        // Does not look.
      }
    },
  },
  {
    what: 'an error for tags that come',
    breaks: [
      'shows tags that come while it runs',
      'shows a tag that is gone as not Good, and its value when it is back',
      'does not take the next tag with its handle for a tag that is gone',
      'shows no old value of a tag that comes back with the same handle and another type',
      'goes on while 10,000 other tags come, change in one batch and go',
    ],
    service: class extends MemoryService {
      protected override defined(handles: Uint32Array): void {
        super.defined(handles);
        throw new Error('what is this?');
      }
    },
  },
  {
    what: 'a tag that is gone and stays in sight',
    breaks: [
      'shows a tag that is gone as not Good, and its value when it is back',
      'does not take the next tag with its handle for a tag that is gone',
    ],
    service: class extends KeepingService {
      protected override removed(): void {
        // Keeps it.
      }
    },
  },
  {
    what: 'tags known by their handles alone',
    breaks: ['does not take the next tag with its handle for a tag that is gone'],
    service: class extends MemoryService {
      readonly handles = new Map<string, number>();
      protected override show(path: string): string {
        const handle = this.handles.get(path) ?? this.tags.handleOf(path);
        if (handle !== undefined) this.handles.set(path, handle);
        return super
          .show(this.tags.definition(handle ?? 0)?.path ?? path)
          .replace(/"path":"[^"]*"/, `"path":"${path}"`);
      }
    },
  },
  {
    what: 'no eye for tags that are redefined',
    breaks: ['goes on with a tag that is redefined, and waits where its value is not the old one any more'],
    service: class extends KeepingService {
      protected override follow(): void {
        super.follow();
        const definitions = this.followed.shift()!;
        definitions[Symbol.dispose]();
        this.followed.push(
          this.tags.onDefinition({
            defined: (handles) => this.defined(handles),
            removed: (handles) => this.removed(handles),
            redefined: (handles) => handles.forEach((handle) => this.renewed.add(this.paths.get(handle)!)),
          }),
        );
      }
      readonly renewed = new Set<string>();
      protected override keepShown(path: string): void {
        if (!this.renewed.delete(path)) super.keepShown(path);
      }
    },
  },
  {
    what: 'the array of handles, kept for the next turn',
    breaks: [...ofChanges, 'outlives errors of what it is given, or asks to be started anew'],
    service: class extends KeepingService {
      protected override keepChanged(handles: Uint32Array, count: number): void {
        setImmediate(() => super.keepChanged(handles, count));
      }
    },
  },
  {
    what: 'handles beyond the count',
    breaks: [
      ...ofChanges,
      'takes that back once there is room again',
      'stops with its storage full, and leaves nothing behind',
      'keeps its memory bounded while a client does not read',
      'stops although a client does not read, and leaves nothing behind',
    ],
    service: class extends MemoryService {
      protected override changed(handles: Uint32Array): void {
        for (const handle of handles) this.tags.definition(handle)!.path.trim();
        super.changed(handles, handles.length);
      }
    },
  },
  {
    what: 'room for one batch a turn',
    breaks: [
      'shows both of two batches in one tick: it copies the handles that it keeps',
      'shows the last of 10,000 changes in one tick',
      'loses and doubles no change for a client that is told of them while settings are taken over',
      'outlives errors of what it is given, or asks to be started anew',
    ],
    service: class extends KeepingService {
      waiting: Uint32Array | undefined;
      protected override keepChanged(handles: Uint32Array, count: number): void {
        if (!this.waiting) setImmediate(() => this.keepWaiting());
        this.waiting = handles.slice(0, count);
      }
      keepWaiting(): void {
        if (this.waiting) super.keepChanged(this.waiting, this.waiting.length);
        this.waiting = undefined;
      }
    },
  },
  {
    what: 'a queue that drops the newest',
    breaks: ['shows the last of 10,000 changes in one tick'],
    service: class extends KeepingService {
      changes = 0;
      protected override keepChanged(handles: Uint32Array, count: number): void {
        if (this.changes === 0) void nextTurn().then(() => (this.changes = 0));
        if (this.changes++ < 1_000) super.keepChanged(handles, count);
      }
    },
  },
  {
    what: 'room for no more than a thousand tags',
    breaks: ['goes on while 10,000 other tags come, change in one batch and go'],
    service: class extends MemoryService {
      protected override defined(handles: Uint32Array): void {
        if (handles.length > 1_000) throw new RangeError('too many tags');
        super.defined(handles);
      }
    },
  },
];
