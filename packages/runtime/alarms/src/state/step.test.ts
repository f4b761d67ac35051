import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ConditionModel } from '../testing/condition-model.js';
import { maxShelvingMs, normalState, type AlarmTreatment, type ConditionState } from './condition-state.js';
import type { StateAct, StateInput } from './state-input.js';
import { step } from './step.js';

const hourMs = 3_600_000;

const verdict = (active: boolean, more: object = {}): StateInput => ({
  type: 'verdict',
  verdict: { active, limitState: null, suppressed: false, frozen: false, ...more },
});

const act = (name: Exclude<StateAct['name'], 'shelve' | 'shelve-once'>, atMs = 0): StateInput => ({
  type: 'act',
  act: { name },
  atMs,
});

const shelve = (forMs?: number, name: 'shelve' | 'shelve-once' = 'shelve'): StateInput => ({
  type: 'act',
  act: { name, forMs },
  atMs: 0,
});

/** All transitions on the way, and where it ended; a refusal stands in its place. */
function after(
  treatment: Partial<AlarmTreatment>,
  ...inputs: readonly StateInput[]
): { state: ConditionState; told: string[] } {
  let state = normalState;
  const told: string[] = [];
  for (const input of inputs) {
    const stepped = step(state, { ack: 'single', latching: false, ...treatment }, input);
    told.push(...stepped.transitions, ...(stepped.status === 'Good' ? [] : [stepped.status]));
    state = stepped.state;
  }
  return { state, told };
}

describe('the state of a condition (§18.2, OPC UA 10000-9)', () => {
  it('is over when its cause is gone and, by its class, somebody has seen it and confirmed the remedy', () => {
    const open = ({ active, acknowledged, confirmed }: ConditionState) => active || !acknowledged || !confirmed;
    expect(open(after({ ack: 'none' }, verdict(true), verdict(false)).state)).toBe(false);
    expect(open(after({ ack: 'single' }, verdict(true), verdict(false)).state)).toBe(true);
    const { state, told } = after(
      { ack: 'confirm' },
      verdict(true),
      act('confirm'),
      act('acknowledge'),
      verdict(false),
    );
    expect([open(state), told]).toEqual([true, ['active', 'BadInvalidState', 'acknowledged', 'cleared']]);
    expect(open(step(state, { ack: 'confirm', latching: false }, act('confirm')).state)).toBe(false);
  });

  it('that goes from high to highHigh is no new activation', () => {
    const high = verdict(true, { limitState: 'high' });
    const { state, told } = after({}, high, act('acknowledge'), verdict(true, { limitState: 'highHigh' }), high);
    expect(told).toEqual(['active', 'acknowledged', 'limit', 'limit']);
    expect(state).toMatchObject({ active: true, acknowledged: true, limitState: 'high' });
  });

  it('that becomes active again while nobody has seen it counts that, and is never seen by itself', () => {
    const { state } = after({}, verdict(true), verdict(false), verdict(true), verdict(false), verdict(true));
    expect(state).toMatchObject({ active: true, acknowledged: false, repeats: 2 });
  });

  it('that latches stays active until somebody has seen it and resets it', () => {
    const { state, told } = after(
      { latching: true },
      verdict(true),
      act('reset'),
      verdict(false),
      act('reset'),
      act('acknowledge'),
    );
    expect(told).toEqual(['active', 'BadInvalidState', 'BadInvalidState', 'acknowledged']);
    expect(state).toMatchObject({ active: true, latched: true, cause: false });
    expect(step(state, { ack: 'single', latching: true }, act('reset')).transitions).toEqual(['reset', 'cleared']);
  });

  it('is frozen, neither new nor over, while it cannot be judged', () => {
    const frozen = verdict(false, { frozen: true });
    expect(after({}, verdict(true), frozen).state).toMatchObject({ active: true, frozen: true });
    expect(after({}, frozen, verdict(true, { frozen: true })).told).toEqual([]);
    expect(after({}, verdict(true), frozen, verdict(false)).told).toEqual(['active', 'cleared']);
  });

  it('that nobody was shown needs nobody; that is shown at last needs somebody', () => {
    const hidden = { suppressed: true };
    const unseen = after({}, verdict(true, hidden), verdict(false, hidden));
    expect([unseen.told, unseen.state.acknowledged]).toEqual([['suppressed', 'active', 'cleared'], true]);
    const shown = after({}, verdict(true, hidden), verdict(true), verdict(false));
    expect([shown.told, shown.state.acknowledged]).toEqual([
      ['suppressed', 'active', 'unsuppressed', 'cleared'],
      false,
    ]);
  });

  it('that is disabled is not active, and becomes so when it is enabled and still the case', () => {
    const { told } = after(
      {},
      verdict(true),
      act('disable'),
      act('acknowledge'),
      verdict(false),
      verdict(true),
      act('enable'),
    );
    expect(told).toEqual(['active', 'disabled', 'cleared', 'BadConditionDisabled', 'enabled', 'active']);
  });

  it('is shelved for 8 h at most, from then on or until it is over, and not twice', () => {
    expect(after({}, shelve()).state.shelving).toEqual({ once: false, untilMs: maxShelvingMs });
    for (const forMs of [0, -1, maxShelvingMs + 1, Infinity, NaN])
      expect(after({}, shelve(forMs)).told).toEqual(['BadShelvingTimeOutOfRange']);
    expect(after({}, shelve(hourMs), shelve(hourMs)).told).toEqual(['shelved', 'BadConditionAlreadyShelved']);
    expect(after({}, shelve(hourMs), { type: 'time', atMs: hourMs - 1 }).told).toEqual(['shelved']);
    expect(after({}, shelve(hourMs), { type: 'time', atMs: hourMs }).told).toEqual(['shelved', 'unshelved']);
    expect(after({}, shelve(hourMs, 'shelve-once'), verdict(true), verdict(false)).told).toEqual([
      'shelved',
      'active',
      'cleared',
      'unshelved',
    ]);
    expect(after({}, act('unshelve')).told).toEqual(['BadConditionNotShelved']);
  });

  it('stays shelved no longer than that when the clock is set back', () => {
    const { state } = after({}, shelve(), { type: 'time', atMs: -24 * hourMs });
    expect(state.shelving?.untilMs).toBe(-24 * hourMs + maxShelvingMs);
  });

  it('is what a small model says, over any verdicts, acts and times', () => {
    const names = [
      'acknowledge',
      'confirm',
      'comment',
      'unshelve',
      'enable',
      'disable',
      'out-of-service',
      'in-service',
      'reset',
    ] as const;
    const atMs = fc.integer({ min: -10 * hourMs, max: 20 * hourMs });
    const input: fc.Arbitrary<StateInput> = fc.oneof(
      { weight: 5, arbitrary: fc.record({ type: fc.constant('verdict' as const), verdict: fc.record({
        active: fc.boolean(),
        limitState: fc.constantFrom('high' as const, 'highHigh' as const, null),
        suppressed: fc.boolean(),
        frozen: fc.oneof({ weight: 3, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) }),
      }) }) },
      { weight: 6, arbitrary: fc.record({ type: fc.constant('act' as const), atMs, act: fc.oneof(
        { weight: 4, arbitrary: fc.record({ name: fc.constantFrom(...names) }) },
        { weight: 2, arbitrary: fc.record({ name: fc.constantFrom('shelve' as const, 'shelve-once' as const), forMs: fc.constantFrom(undefined, 0, hourMs, 9 * hourMs) }) },
      ) }) },
      { weight: 2, arbitrary: fc.record({ type: fc.constant('time' as const), atMs }) },
    ); // prettier-ignore
    const treatment = fc.record({
      ack: fc.constantFrom('none' as const, 'single' as const, 'confirm' as const),
      latching: fc.boolean(),
    });
    fc.assert(
      fc.property(treatment, fc.array(input, { maxLength: 40 }), (how, inputs) => {
        const model = new ConditionModel(how);
        let state = normalState;
        for (const each of inputs) {
          const status = model.take(each);
          const stepped = step(state, how, each);
          state = stepped.state;
          expect([stepped.status, ...stepped.transitions]).toEqual([status, ...model.log]);
          expect(seenFrom(state)).toEqual({
            enabled: model.on, cause: model.cause, active: model.active, acknowledged: model.seen, confirmed: model.done,
            suppressed: model.bySuppression, outOfService: model.outOfService, frozen: model.frozen, limit: model.active ? model.limit : null,
            latched: model.active && !model.cause, shelf: model.shelf, untilMs: model.shelf && model.untilMs,
          }); // prettier-ignore
        }
      }),
      { numRuns: 2_000 },
    );
  });
});

function seenFrom({ shelving, limitState, shown: _shown, repeats: _repeats, ...flags }: ConditionState): object {
  const shelf = shelving === null ? undefined : shelving.once ? 'once' : 'timed';
  return { ...flags, limit: flags.active ? limitState : null, shelf, untilMs: shelving?.untilMs };
}
