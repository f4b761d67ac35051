import type { ServiceFacts } from '@fieldwarden/services';
import { describe, expect, it } from 'vitest';
import { ServiceTrouble } from './service-trouble.js';

type Step = ServiceFacts['state'] | 'Faulted, crash loop open' | 'Faulted, refused';

/** The verdict on the last of the states that a service went through. */
function verdictAfter(...steps: readonly Step[]): string {
  const trouble = new ServiceTrouble();
  const verdicts = steps.map((step) => {
    const [state, more] = step.split(', ') as [ServiceFacts['state'], string?];
    const crashLoop = more === 'crash loop open' ? 'open' : 'closed';
    return trouble.verdict({ id: 'opcua', state, crashLoop, lastCause: more === 'refused' ? 'refused' : 'exit' });
  });
  return verdicts.at(-1)!;
}

describe('the alarm for a service that does not work', () => {
  it.each<readonly [string, readonly Step[]]>([
    ['a start that fails', ['Initializing', 'Faulted']],
    [
      'a service that failed and whose next start fails too',
      ['Healthy', 'Reconnecting', 'Faulted', 'Reconnecting', 'Faulted'],
    ],
    ['one that fails too often', ['Healthy', 'Faulted, crash loop open']],
    ['one that is given up while it waits', ['Healthy', 'Faulted', 'Faulted, crash loop open']],
    ['one that worked, was restarted and refuses to run', ['Healthy', 'Reconnecting', 'Faulted, refused']],
    ['one that fails at its start after it was stopped', ['Healthy', 'Stopped', 'Initializing', 'Faulted']],
  ])('is raised for %s', (_, steps) => expect(verdictAfter(...steps)).toBe('raise'));

  it.each<readonly [string, readonly Step[]]>([
    ['for a single crash', ['Healthy', 'Reconnecting', 'Faulted']],
    ['for a single crash of one that works in part', ['Degraded', 'Faulted']],
    ['when its reason becomes another', ['Healthy', 'Faulted', 'Faulted']],
    ['for each crash of one that works in between', ['Healthy', 'Faulted', 'Reconnecting', 'Healthy', 'Faulted']],
    ['while it is tried again', ['Healthy', 'Faulted', 'Reconnecting']],
  ])('is not raised %s', (_, steps) => expect(verdictAfter(...steps)).toBe('leave'));

  it.each<Step>(['Healthy', 'Degraded', 'Stopped'])('ends when it is %s', (state) => {
    expect(verdictAfter('Initializing', 'Faulted', 'Reconnecting', state)).toBe('clear');
  });
});
