import type { Draft } from '@fieldwarden/admin-contract';
import { describe, expect, it } from 'vitest';
import { isUnsaved, keptMine, takenFromGateway, type DraftBuffer } from './draft-buffer.js';

function draft(revision: number, text: string): Draft {
  return {
    schema: 'fieldwarden/draft@1',
    revision,
    baseGeneration: 1,
    text,
    edited: true,
    updatedAt: null,
    author: 'eva',
  };
}

const empty: DraftBuffer = { text: undefined, base: undefined, newer: undefined };

describe('the draft in the editor (§7.2)', () => {
  it('begins as the draft of the gateway, and follows it while nothing is typed', () => {
    const buffer = takenFromGateway(takenFromGateway(empty, draft(1, 'a')), draft(2, 'b'));
    expect(buffer).toEqual({ text: 'b', base: draft(2, 'b'), newer: undefined });
    expect(isUnsaved(buffer)).toBe(false);
  });

  it('never loses what is typed to what somebody else saves', () => {
    const typed = { ...takenFromGateway(empty, draft(1, 'a')), text: 'mine' };
    expect(takenFromGateway(typed, draft(1, 'a'))).toBe(typed);
    const conflict = takenFromGateway(typed, draft(2, 'theirs'));
    expect(conflict).toEqual({ text: 'mine', base: draft(1, 'a'), newer: draft(2, 'theirs') });
    expect(keptMine(conflict)).toEqual({ text: 'mine', base: draft(2, 'theirs'), newer: undefined });
  });

  it('is saved when the gateway has the same text', () => {
    const typed = { ...takenFromGateway(empty, draft(1, 'a')), text: 'mine' };
    expect(isUnsaved(typed)).toBe(true);
    expect(isUnsaved(takenFromGateway(typed, draft(2, 'mine')))).toBe(false);
  });
});
