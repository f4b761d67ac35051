import type { Service, ServiceContext, ServiceHealth, ServiceMetric } from '@fieldwarden/service';
import { Calculations } from './calculations.js';
import { KeptStates } from './kept-states.js';
import type { CalculatedTagsSettings } from './settings.js';

/** Keeps calculated tags up to date, and what their functions remember. */
export class CalculatedTags implements Service<CalculatedTagsSettings> {
  readonly #context: ServiceContext<CalculatedTagsSettings>;
  readonly #calculations: Calculations;
  #states: KeptStates | undefined;
  #isStopped = false;

  constructor(context: ServiceContext<CalculatedTagsSettings>) {
    const { tags, within, clock } = context;
    this.#context = context;
    this.#calculations = new Calculations({
      tags,
      ownTags: within!.ownTags,
      clock,
      recall: (path) => this.#states?.recall(path),
      remembered: (calculation) => this.#states?.changed(calculation),
    });
  }

  async start(): Promise<undefined> {
    const { storage, clock, settings } = this.#context;
    const paths = new Set(settings.tags.map(({ path }) => path));
    const states = await KeptStates.open(await storage.table('states'), clock, paths);
    if (this.#isStopped) return undefined;
    this.#states = states;
    await this.#calculations.configure(settings.tags);
    return undefined;
  }

  async apply(settings: CalculatedTagsSettings): Promise<void> {
    const before = this.#calculations.all;
    await this.#calculations.configure(settings.tags);
    const stay = new Set(settings.tags.map(({ path }) => path));
    for (const calculation of before) if (!stay.has(calculation.row.path)) this.#states?.forget(calculation);
  }

  status(): Readonly<Record<string, unknown>> {
    const { all, evaluations } = this.#calculations;
    return { tags: all.length, evaluations };
  }

  health(): ServiceHealth {
    const stuck = this.#calculations.all.filter(({ reason }) => reason !== undefined);
    if (stuck.length === 0) return { state: 'Healthy' };
    const more = stuck.length === 1 ? '' : `, and ${stuck.length - 1} more`;
    return { state: 'Degraded', reason: `${stuck[0].row.path} cannot be calculated: ${stuck[0].reason}${more}` };
  }

  metrics(): readonly ServiceMetric[] {
    return [
      {
        name: 'calculated_tag_evaluations_total',
        help: 'Evaluations of calculated tags',
        type: 'counter',
        value: this.#calculations.evaluations,
      },
    ];
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#calculations[Symbol.dispose]();
    this.#states?.[Symbol.dispose]();
    await this.#states?.settled().catch(() => undefined); // told by the store's own alarm
  }
}
