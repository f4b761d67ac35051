import { toGatewayError } from '@fieldwarden/core';
import {
  auditedName,
  demand,
  mayDo,
  type AuditEntry,
  type AuditTrail,
  type Origin,
  type Permission,
} from '@fieldwarden/gateway-contract';
import type { ActedDriver, ActedGeneration, DriverActRequest, GatewayActs } from '@fieldwarden/service';
import type { ChangeOrigin, ConfigControl } from '../control/config-control.js';
import type { GatewayControl } from '../control/gateway-control.js';

export interface LocalActsDependencies {
  readonly control: Pick<GatewayControl, 'drivers' | 'operate'> & {
    readonly config: Pick<ConfigControl, 'publish' | 'rollback'>;
  };
  readonly audit: AuditTrail;
  /** Number of the generation that runs; null: none was published yet. */
  readonly running: () => number | null;
}

/** What an act is, for the audit. */
type Act = Pick<AuditEntry, 'action' | 'subject' | 'after'> & { readonly permission: Permission };

/** What people do to the gateway who come in by a service: the same acts, rules and rows of the audit as by the Admin API. */
export class LocalActs implements GatewayActs {
  readonly #deps: LocalActsDependencies;

  constructor(deps: LocalActsDependencies) {
    this.#deps = deps;
  }

  drivers(): Promise<readonly ActedDriver[]> {
    return Promise.resolve(this.#deps.control.drivers().map(({ id, type, state }) => ({ driverId: id, type, state })));
  }

  async driver({ driverId, action }: DriverActRequest, origin: Origin): Promise<ActedDriver> {
    const act = { action: 'act', subject: driverId, after: action, permission: 'operate' } as const;
    return await this.#done(act, origin, async () => {
      const { id, type, state } = await this.#deps.control.operate(driverId, action, origin.correlationId);
      return { driverId: id, type, state };
    });
  }

  async publish({ comment }: { readonly comment: string }, origin: Origin): Promise<ActedGeneration> {
    const message = comment.trim() === '' ? `published over ${origin.via}` : comment;
    const act = { action: 'publish', subject: 'configuration', after: { message }, permission: 'publish' } as const;
    return await this.#done(act, origin, async () => {
      const { generation } = await this.#deps.control.config.publish({ message }, changeOrigin(origin));
      return { generation };
    });
  }

  async rollback(
    { toGeneration, comment }: { readonly toGeneration: number | undefined; readonly comment: string },
    origin: Origin,
  ): Promise<ActedGeneration> {
    // Of generation 1 there is none before: the gateway says so.
    const to = toGeneration ?? Math.max(1, (this.#deps.running() ?? 1) - 1);
    const act = {
      action: 'publish',
      subject: 'configuration',
      after: { rollbackTo: to },
      permission: 'publish',
    } as const;
    return await this.#done(act, origin, async () => {
      const request = { generation: to, ...(comment.trim() !== '' && { message: comment }) };
      const { generation } = await this.#deps.control.config.rollback(request, changeOrigin(origin));
      return { generation };
    });
  }

  async #done<Answer>({ permission, ...act }: Act, origin: Origin, carryOut: () => Promise<Answer>): Promise<Answer> {
    const { principal, via, correlationId } = origin;
    const row = { user: auditedName(principal), via, before: null, correlationId, ...act };
    try {
      demand(principal, permission);
      const answer = await carryOut();
      this.#deps.audit.record({ ...row, outcome: 'done' });
      return answer;
    } catch (error) {
      const { kind, message } = toGatewayError(error);
      this.#deps.audit.record({ ...row, outcome: kind === 'forbidden' ? 'refused' : 'failed', reason: message });
      throw error;
    }
  }
}

function changeOrigin({ principal, via, correlationId }: Origin): ChangeOrigin {
  return { name: principal.name, via, correlationId, mayChangeAccess: mayDo(principal, 'users') };
}
