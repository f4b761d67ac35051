import type { ServiceContext, ServiceDefinition } from '@fieldwarden/service';
import type { MemoryService, MemoryServiceSettings } from '../reference/memory-service.js';

/** A service that breaks the contract in one way. */
export interface ServiceFlaw {
  readonly what: string;
  /** The sentences that the flaw breaks: these and no others, each without its section. */
  readonly breaks: readonly string[];
  readonly service?: new (context: ServiceContext<MemoryServiceSettings>) => MemoryService;
  readonly definition?: Partial<ServiceDefinition<MemoryServiceSettings>>;
}
