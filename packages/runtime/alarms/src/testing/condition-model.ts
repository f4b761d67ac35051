import type { AlarmTreatment, ConditionState } from '../state/condition-state.js';
import type { StateInput } from '../state/state-input.js';

const eightHoursMs = 28_800_000;

/** What a condition ought to be, said once more and in another way: flags that are set one after the other, a rule a line (SPEC §18.2). */
export class ConditionModel {
  on = true;
  cause = false;
  active = false;
  seen = true;
  done = true;
  bySuppression = false;
  outOfService = false;
  frozen = false;
  wasVisible = false;
  limit: ConditionState['limitState'] = null;
  shelf: 'timed' | 'once' | undefined;
  untilMs = 0;
  log: string[] = []; // prettier-ignore

  readonly treatment: AlarmTreatment;

  constructor(treatment: AlarmTreatment) {
    this.treatment = treatment;
  }

  take(input: StateInput): string {
    this.log = [];
    if (input.type === 'verdict') {
      const { active, limitState, suppressed, frozen } = input.verdict;
      if (suppressed !== this.bySuppression) this.log.push(suppressed ? 'suppressed' : 'unsuppressed');
      this.bySuppression = suppressed;
      this.frozen = frozen;
      if (!frozen) this.find(active, active ? limitState : null);
      else this.look();
      return 'Good';
    }
    if (input.type === 'time') {
      if (this.shelf && input.atMs >= this.untilMs) this.unshelve();
      else if (this.shelf) this.untilMs = Math.min(this.untilMs, input.atMs + eightHoursMs);
      this.look();
      return 'Good';
    }
    const answer = this.act(input.act, input.atMs);
    this.look();
    return answer;
  }

  find(cause: boolean, limit: ConditionState['limitState']): void {
    this.cause = cause;
    if (cause && this.on) {
      if (!this.active) this.begin();
      else if (limit !== this.limit) this.log.push('limit');
    }
    if (cause || !this.treatment.latching || !this.active) this.limit = limit;
    if (!cause && this.active && !this.treatment.latching) this.end();
    this.look();
  }

  begin(): void {
    const wasOpen = !this.seen || !this.done;
    this.active = true;
    this.seen = this.treatment.ack === 'none';
    this.done = this.treatment.ack !== 'confirm';
    this.wasVisible &&= wasOpen;
    this.log.push('active');
  }

  end(): void {
    this.active = false;
    if (!this.wasVisible) this.seen = this.done = true;
    this.log.push('cleared');
    if (this.shelf === 'once') this.unshelve();
  }

  look(): void {
    const hidden = this.bySuppression || this.outOfService || this.shelf !== undefined;
    if (this.active && !hidden) this.wasVisible = true;
    if (!this.active && this.seen && this.done) this.wasVisible = false;
  }

  unshelve(): void {
    this.shelf = undefined;
    this.log.push('unshelved');
  }

  act(act: Extract<StateInput, { type: 'act' }>['act'], atMs: number): string {
    const needsOn = ['acknowledge', 'confirm', 'shelve', 'shelve-once'].includes(act.name);
    if (needsOn && !this.on) return 'BadConditionDisabled';
    const set = (isSo: boolean, refusal: string, transition: string, change: () => void): string => {
      if (isSo) return refusal;
      this.log.push(transition);
      change();
      return 'Good';
    };
    switch (act.name) {
      case 'acknowledge': return set(this.seen, 'BadConditionBranchAlreadyAcked', 'acknowledged', () => (this.seen = true));
      case 'confirm':
        if (this.done) return 'BadConditionBranchAlreadyConfirmed';
        return set(!this.seen, 'BadInvalidState', 'confirmed', () => (this.done = true));
      case 'comment': return set(false, '', 'comment', () => undefined);
      case 'shelve':
      case 'shelve-once': {
        const shelf = act.name === 'shelve' ? 'timed' : 'once';
        if (this.shelf === shelf) return 'BadConditionAlreadyShelved';
        const forMs = act.forMs ?? eightHoursMs;
        return set(forMs <= 0 || forMs > eightHoursMs, 'BadShelvingTimeOutOfRange', 'shelved', () => {
          this.shelf = shelf;
          this.untilMs = atMs + forMs;
        });
      }
      case 'unshelve': return set(!this.shelf, 'BadConditionNotShelved', 'unshelved', () => (this.shelf = undefined));
      case 'disable': return set(!this.on, 'BadConditionAlreadyDisabled', 'disabled', () => {
        this.on = false;
        this.seen = this.done = true;
        if (this.active) this.end();
        if (!this.cause) this.limit = null;
      });
      case 'enable': return set(this.on, 'BadConditionAlreadyEnabled', 'enabled', () => {
        this.on = true;
        if (this.cause) this.begin();
      });
      case 'out-of-service': return set(this.outOfService, 'BadInvalidState', 'out-of-service', () => (this.outOfService = true));
      case 'in-service': return set(!this.outOfService, 'BadInvalidState', 'in-service', () => (this.outOfService = false));
      case 'reset': {
        const isReady = this.active && !this.cause && this.seen && this.done;
        return set(!isReady, 'BadInvalidState', 'reset', () => {
          this.end();
          this.limit = null;
        });
      }
    }
  } // prettier-ignore
}
