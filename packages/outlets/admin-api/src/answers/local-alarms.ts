import type { AlarmJournalPage, AlarmList, AlarmStatisticsAnswer } from '@fieldwarden/admin-contract';
import type { AlarmActs, AlarmBook } from '@fieldwarden/alarms';
import type { Origin } from '@fieldwarden/gateway-contract';
import type { AlarmActRequest } from '@fieldwarden/service';
import type { AlarmControl, AlarmJournalQuery, AlarmQuery } from '../control/alarm-control.js';
import type { ActOutcome } from '../control/device-control.js';

/** Rows of one answer; those beyond are less urgent. */
const maxRows = 10_000;

export interface LocalAlarmsDependencies {
  readonly book: AlarmBook;
  readonly acts: AlarmActs;
}

/** The book of alarms as the Admin API sees it. */
export class LocalAlarms implements AlarmControl {
  readonly #deps: LocalAlarmsDependencies;

  constructor(deps: LocalAlarmsDependencies) {
    this.#deps = deps;
  }

  list(query: AlarmQuery): AlarmList {
    const { book } = this.#deps;
    const alarms = book.list(query);
    const { lost, leftOut } = book;
    return {
      schema: 'fieldwarden/alarms@1',
      alarms: alarms.slice(0, maxRows),
      total: alarms.length,
      lost,
      leftOut,
    };
  }

  act(request: AlarmActRequest, origin: Origin): Promise<ActOutcome> {
    return this.#deps.acts.act(request, origin);
  }

  async journal(query: AlarmJournalQuery): Promise<AlarmJournalPage> {
    const { rows, next } = await this.#deps.book.journal(query);
    return { schema: 'fieldwarden/alarm-journal@1', rows, next: next === null ? null : String(next) };
  }

  statistics(): AlarmStatisticsAnswer {
    return { schema: 'fieldwarden/alarm-statistics@1', ...this.#deps.book.statistics() };
  }
}
