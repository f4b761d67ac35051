import type { ServiceHealth, ServiceMetric } from '@fieldwarden/service';
import { MemoryService } from '../reference/memory-service.js';
import type { ServiceFlaw } from './flaw.js';

type Status = Readonly<Record<string, unknown>>;

export const reportFlaws: readonly ServiceFlaw[] = [
  {
    what: 'a status that is not JSON',
    breaks: ['reports status, health and metrics as JSON'],
    service: class extends MemoryService {
      override status(): Status {
        return { ...super.status(), startedAt: new Date(0) };
      }
    },
  },
  {
    what: 'a status with a 64-bit integer',
    breaks: ['reports status, health and metrics as JSON'],
    service: class extends MemoryService {
      override status(): Status {
        return { ...super.status(), bytes: 2n ** 60n };
      }
    },
  },
  {
    what: 'a status that lists every client',
    breaks: ['reports status, health and metrics as JSON'],
    service: class extends MemoryService {
      override status(): Status {
        return { ...super.status(), clients: Array.from({ length: 10_000 }, (_, client) => `client ${client}`) };
      }
    },
  },
  {
    what: 'a status that grows with each question',
    breaks: ['is the same after 1000 questions for status, health and metrics'],
    service: class extends MemoryService {
      readonly asked: number[] = [];
      override status(): Status {
        this.asked.push(1);
        return { ...super.status(), asked: [...this.asked] };
      }
    },
  },
  {
    what: 'a log record for each question',
    breaks: ['is the same after 1000 questions for status, health and metrics'],
    service: class extends MemoryService {
      override health(): ServiceHealth {
        this.context.logger.info('somebody asks');
        return super.health();
      }
    },
  },
  {
    what: 'Degraded for no reason',
    breaks: [
      'is Healthy, raises no alarm and does not give up while nothing is wrong',
      'takes that back once there is room again',
    ],
    service: class extends MemoryService {
      override health(): ServiceHealth {
        return { state: 'Degraded', reason: 'so so' };
      }
    },
  },
  {
    what: 'giving up while nothing is wrong',
    breaks: [
      'reports status, health and metrics as JSON',
      'is Healthy, raises no alarm and does not give up while nothing is wrong',
      'is the same after 1000 questions for status, health and metrics',
      'says so when its storage is full, and goes on',
      'takes that back once there is room again',
      'stops with its storage full, and leaves nothing behind',
    ],
    service: class extends MemoryService {
      override health(): ServiceHealth {
        this.context.fail(new Error('asked'));
        return super.health();
      }
    },
  },
  {
    what: 'a metric in milliseconds',
    breaks: ['names its metrics conventionally, and each once'],
    service: withMetric({ name: 'memory_latency_ms', help: 'Latency.', type: 'gauge', value: 1 }),
  },
  {
    what: 'a counter that is not named so',
    breaks: ['names its metrics conventionally, and each once'],
    service: withMetric({ name: 'memory_bytes', help: 'Bytes.', type: 'counter', value: 1 }),
  },
  {
    what: 'a metric with the gateway’s prefix',
    breaks: ['names its metrics conventionally, and each once'],
    service: withMetric({ name: 'fieldwarden_memory_bytes', help: 'Bytes.', type: 'gauge', value: 1 }),
  },
  {
    what: 'a metric that is there twice',
    breaks: ['names its metrics conventionally, and each once'],
    service: withMetric({ name: 'memory_clients', help: 'Connected clients.', type: 'gauge', value: 1 }),
  },
  {
    what: 'a metric that is no number',
    breaks: ['reports status, health and metrics as JSON', 'names its metrics conventionally, and each once'],
    service: withMetric({ name: 'memory_ratio', help: 'Share.', type: 'gauge', value: Number.NaN }),
  },
  {
    what: 'an answer to a request that it does not know',
    breaks: ['rejects a request of a name that it does not know, with kind unsupported'],
    service: class extends MemoryService {
      override request(): Promise<unknown> {
        return Promise.resolve(null);
      }
    },
  },
  {
    what: 'a plain error for a request that it does not know',
    breaks: ['rejects a request of a name that it does not know, with kind unsupported'],
    service: class extends MemoryService {
      override request(name: string): Promise<unknown> {
        throw new Error(`no ${name}`);
      }
    },
  },
];

function withMetric(metric: ServiceMetric): typeof MemoryService {
  return class extends MemoryService {
    override metrics(): readonly ServiceMetric[] {
      return [...super.metrics(), metric];
    }
  };
}
