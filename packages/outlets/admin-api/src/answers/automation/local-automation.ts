import type { ExpressionCheck, InternalTagList, InternalTagRow } from '@fieldwarden/admin-contract';
import type { Clock } from '@fieldwarden/core';
import type { Origin } from '@fieldwarden/gateway-contract';
import type { TagSource } from '@fieldwarden/service';
import type { RunningServices } from '@fieldwarden/services';
import type { AutomationControl } from '../../control/automation-control.js';
import { checkExpressionNow } from './check-expression.js';

export interface LocalAutomationDependencies {
  readonly services: Pick<RunningServices, 'configured' | 'request'>;
  readonly store: TagSource;
  readonly clock: Pick<Clock, 'wallMs'>;
}

/** What the Admin API asks of automation, answered by the tags and the services that run. */
export class LocalAutomation implements AutomationControl {
  readonly #deps: LocalAutomationDependencies;

  constructor(deps: LocalAutomationDependencies) {
    this.#deps = deps;
  }

  async internalTags(origin: Origin): Promise<readonly InternalTagRow[]> {
    const { services } = this.#deps;
    if (!services.configured.some(({ id, use }) => id === internalTags && use === null)) return [];
    const answer = await services.request(internalTags, 'tags', null, origin);
    return (answer as Pick<InternalTagList, 'tags'>).tags;
  }

  checkExpression(expression: string, path: string | null): Omit<ExpressionCheck, 'schema'> {
    const { store, clock } = this.#deps;
    return checkExpressionNow(expression, path, store, clock.wallMs());
  }
}

/** Name of the service that holds them. */
const internalTags = 'internal-tags';
