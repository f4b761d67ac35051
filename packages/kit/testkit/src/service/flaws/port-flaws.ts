import { GatewayError } from '@fieldwarden/core';
import { MemoryService } from '../reference/memory-service.js';
import type { ServiceFlaw } from './flaw.js';

export const portFlaws: readonly ServiceFlaw[] = [
  {
    what: 'a port of its own choice',
    breaks: [
      'listens on the port that it is told to',
      'rejects with PORT_TAKEN, kind config, and names port and remedy when its port is taken',
      'leaves nothing behind when its port is taken, and starts once it is free',
    ],
    service: class extends MemoryService {
      protected override listen(signal: AbortSignal): Promise<number> {
        return this.listenOn(0, signal);
      }
    },
  },
  {
    what: 'another port when its own is taken',
    breaks: [
      'rejects with PORT_TAKEN, kind config, and names port and remedy when its port is taken',
      'leaves nothing behind when its port is taken, and starts once it is free',
    ],
    service: class extends MemoryService {
      protected override listen(signal: AbortSignal): Promise<number> {
        return super.listen(signal).catch(() => this.listenOn(0, signal));
      }
    },
  },
  {
    what: 'a taken port of kind unreachable',
    breaks: ['rejects with PORT_TAKEN, kind config, and names port and remedy when its port is taken'],
    service: class extends MemoryService {
      protected override listenError(cause: unknown, port: number): unknown {
        const { code, message } = super.listenError(cause, port) as GatewayError;
        return new GatewayError({ code, kind: 'unreachable', message });
      }
    },
  },
  {
    what: 'a taken port as the system tells it',
    breaks: [
      'rejects with PORT_TAKEN, kind config, and names port and remedy when its port is taken',
      'leaves nothing behind when its port is taken, and starts once it is free',
    ],
    service: class extends MemoryService {
      protected override listenError(cause: unknown): unknown {
        return cause;
      }
    },
  },
  {
    what: 'a taken port without its number',
    breaks: ['rejects with PORT_TAKEN, kind config, and names port and remedy when its port is taken'],
    service: class extends MemoryService {
      protected override listenError(): unknown {
        const message = 'the port is taken; choose another with --memory-port';
        return new GatewayError({ code: 'PORT_TAKEN', kind: 'config', message });
      }
    },
  },
  {
    what: 'a taken port without a remedy',
    breaks: ['rejects with PORT_TAKEN, kind config, and names port and remedy when its port is taken'],
    service: class extends MemoryService {
      protected override listenError(cause: unknown, port: number): unknown {
        return new GatewayError({ code: 'PORT_TAKEN', kind: 'config', message: `port ${port} is taken`, cause });
      }
    },
  },
  {
    what: 'a stop that does nothing after a start that failed',
    breaks: ['leaves nothing behind when its port is taken, and starts once it is free'],
    service: class extends MemoryService {
      protected override listenError(cause: unknown, port: number): unknown {
        this.stop = () => Promise.resolve();
        return super.listenError(cause, port);
      }
    },
  },
];
