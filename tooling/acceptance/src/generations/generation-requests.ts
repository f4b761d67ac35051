import type {
  ConfigDiff,
  EventList,
  GenerationList,
  GenerationRow,
  Problem,
  PublishAnswer,
  Status,
  ValidationAnswer,
} from '@fieldwarden/admin-contract';
import type { ConfigAuditRow, GatewayEvent } from '@fieldwarden/gateway-contract';
import { waitFor } from '@fieldwarden/testkit';
import type { AdminAnswer, GatewayProcess } from '../processes/gateway-process.js';

type Answer<T> = AdminAnswer<T & Partial<Problem>>;

/** What a user of the Admin API asks about configurations, over the socket. */
export class GenerationRequests {
  readonly #gateway: GatewayProcess;

  constructor(gateway: GatewayProcess) {
    this.#gateway = gateway;
  }

  async publish(document: unknown, message = 'test'): Promise<Answer<PublishAnswer>> {
    return await this.#gateway.ask('POST', '/config/publish', { message, document });
  }

  /** Number of the new generation; throws if it was refused. */
  async published(document: unknown, message?: string): Promise<number> {
    return numberOf(await this.publish(document, message));
  }

  async rolledBack(generation: number): Promise<number> {
    return numberOf(await this.#gateway.ask('POST', '/config/rollback', { generation }));
  }

  async validate(document: unknown): Promise<ValidationAnswer> {
    return (await this.#gateway.ask<ValidationAnswer>('POST', '/config/validate', { document })).body;
  }

  /** From what runs to the document. */
  async diff(document: unknown): Promise<ConfigDiff> {
    return (await this.#gateway.ask<ConfigDiff>('POST', '/config/diff', { document })).body;
  }

  /** Newest first. */
  async list(): Promise<readonly GenerationRow[]> {
    return (await this.#gateway.get<GenerationList>('/config/generations')).generations;
  }

  async audit(): Promise<readonly ConfigAuditRow[]> {
    return (await this.#gateway.get<{ readonly rows: readonly ConfigAuditRow[] }>('/config/audit')).rows;
  }

  async runs(generation: number, timeoutMs = 20_000): Promise<void> {
    await this.statusTurns(({ generation: running }) => running === generation, `generation ${generation}`, timeoutMs);
  }

  /** Waits until the status is as wanted, and gives it. */
  async statusTurns(isWanted: (status: Status) => boolean, what: string, timeoutMs = 20_000): Promise<Status> {
    const look = async (): Promise<Status | undefined> => {
      const status = await this.#gateway.status();
      return isWanted(status) ? status : undefined;
    };
    return await waitFor(look, { what, timeoutMs, intervalMs: 25 });
  }

  async metric(name: string): Promise<number> {
    const { text } = await this.#gateway.health('/metrics');
    const line = text.split('\n').find((each) => each.startsWith(`fieldwarden_${name} `));
    return Number(line?.split(' ').at(-1));
  }
}

/** What was told of configuration and alarms, oldest first. */
export async function configurationEvents(gateway: GatewayProcess): Promise<readonly GatewayEvent[]> {
  const { body } = await gateway.ask<EventList>('GET', '/events', undefined, { accept: 'application/json' });
  return body.events.filter(({ type }) => type === 'config' || type === 'alarm');
}

function numberOf({ status, body }: Answer<PublishAnswer>): number {
  if (status !== 200) throw new Error(`refused with ${status}: ${body.code}: ${body.detail}`);
  return body.generation;
}
