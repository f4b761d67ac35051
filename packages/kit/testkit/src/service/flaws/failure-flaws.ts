import type { Socket } from 'node:net';
import { MemoryService } from '../reference/memory-service.js';
import type { ServiceFlaw } from './flaw.js';

export const failureFlaws: readonly ServiceFlaw[] = [
  {
    what: 'errors of tags out of the handler of a socket',
    breaks: ['outlives errors of what it is given, or asks to be started anew'],
    service: class extends MemoryService {
      protected override welcome(socket: Socket): void {
        this.tags.handleOf('line/level');
        super.welcome(socket);
      }
    },
  },
  {
    what: 'giving up again and again',
    breaks: ['outlives errors of what it is given, or asks to be started anew'],
    service: class extends MemoryService {
      protected override changed(handles: Uint32Array, count: number): void {
        try {
          this.tags.handleOf('line/level');
        } catch (error) {
          this.context.fail(error);
        }
        super.changed(handles, count);
      }
    },
  },
  {
    what: 'blindness for good after one error',
    breaks: ['outlives errors of what it is given, or asks to be started anew'],
    service: class extends MemoryService {
      blind = false;
      protected override show(path: string): string {
        try {
          return this.blind ? JSON.stringify({ path, good: false, value: null }) : super.show(path);
        } catch (error) {
          this.blind = true;
          throw error;
        }
      }
    },
  },
];
