import { GatewayError } from '@fieldwarden/core';
import type { AlarmDesk } from './alarm-desk.js';
import type { GatewayActs } from './gateway-acts.js';
import type { GatewayDesks } from './gateway-desks.js';
import type { HistoryDesk } from './history-desk.js';

/** Where a part of the gateway's own process offers to answer at a desk, until it is disposed. */
export interface DeskOffers {
  /** Throws `DESK_TAKEN` while another one answers there. */
  history(desk: HistoryDesk): Disposable;
  alarms(desk: AlarmDesk): Disposable;
}

/** The desks of one gateway: each is there from the beginning, and answers when somebody has taken it over. */
export class DeskBoard implements GatewayDesks {
  readonly #history = new OfferedDesk<HistoryDesk>(
    'HISTORY_NONE',
    'no history is kept here: the plant has no section history, or it is off or Faulted',
  );
  readonly #alarms = new OfferedDesk<AlarmDesk>('ALARMS_NONE', 'there is no book of alarms here');
  readonly #acts = new OfferedDesk<GatewayActs>('ACTS_NONE', 'the gateway is still starting');

  readonly history: HistoryDesk = {
    raw: (request) => this.#history.ask((desk) => desk.raw(request)),
    atTime: (request) => this.#history.ask((desk) => desk.atTime(request)),
    processed: (request) => this.#history.ask((desk) => desk.processed(request)),
    buckets: (request) => this.#history.ask((desk) => desk.buckets(request)),
    extents: (paths) => this.#history.ask((desk) => desk.extents(paths)),
    paths: () => this.#history.ask((desk) => desk.paths()),
  };

  readonly alarms: AlarmDesk = { act: (request, origin) => this.#alarms.ask((desk) => desk.act(request, origin)) };

  readonly acts: GatewayActs = {
    drivers: () => this.#acts.ask((desk) => desk.drivers()),
    driver: (request, origin) => this.#acts.ask((desk) => desk.driver(request, origin)),
    publish: (request, origin) => this.#acts.ask((desk) => desk.publish(request, origin)),
    rollback: (request, origin) => this.#acts.ask((desk) => desk.rollback(request, origin)),
  };

  readonly offers = {
    history: (desk: HistoryDesk) => this.#history.take(desk),
    alarms: (desk: AlarmDesk) => this.#alarms.take(desk),
    acts: (desk: GatewayActs) => this.#acts.take(desk),
  };

  /** Whether history is kept at present. */
  get hasHistory(): boolean {
    return this.#history.isTaken;
  }
}

class OfferedDesk<Desk> {
  readonly #code: string;
  readonly #message: string;
  #desk: Desk | undefined;

  constructor(code: string, message: string) {
    this.#code = code;
    this.#message = message;
  }

  get isTaken(): boolean {
    return this.#desk !== undefined;
  }

  take(desk: Desk): Disposable {
    if (this.#desk !== undefined) {
      throw new GatewayError({ code: 'DESK_TAKEN', kind: 'bug', message: 'somebody else answers at this desk' });
    }
    this.#desk = desk;
    return {
      [Symbol.dispose]: () => {
        if (this.#desk === desk) this.#desk = undefined;
      },
    };
  }

  async ask<Answer>(question: (desk: Desk) => Promise<Answer>): Promise<Answer> {
    if (this.#desk === undefined) {
      throw new GatewayError({ code: this.#code, kind: 'unsupported', message: this.#message });
    }
    return await question(this.#desk);
  }
}
