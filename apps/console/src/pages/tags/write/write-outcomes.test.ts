import { describe, expect, it } from 'vitest';
import { outcomeWords } from './write-outcomes.js';

describe('what became of a write (§2)', () => {
  it('is good news only when the device confirmed it', () => {
    expect(['done', 'rejected', 'not-sent', 'unknown'].map((outcome) => outcomeWords(outcome).tone)).toEqual([
      'good',
      'fault',
      'warning',
      'fault',
    ]);
  });

  it('does not claim that a device confirmed what the gateway carried out', () => {
    expect(outcomeWords('done', 'gateway').meaning).toContain('No device was written');
    expect(outcomeWords('done', 'device').meaning).toContain('The device confirmed');
  });

  it('invites to try again only where nothing can have been sent', () => {
    expect(outcomeWords('not-sent').meaning).toContain('safe to try again');
    expect(outcomeWords('unknown').meaning).toContain('before you write again');
  });

  it('blames the device for what is rejected, and the limits of a tag for what was not sent', () => {
    expect(outcomeWords('rejected').meaning).toContain('The device said no');
    expect(outcomeWords('rejected').meaning).not.toContain('limits');
    expect(outcomeWords('not-sent').meaning).toContain('limits of the tag');
  });

  it('is unknown if the console does not know the word', () => {
    expect(outcomeWords('deferred')).toBe(outcomeWords('unknown'));
  });
});
