import type { UserRow } from '@fieldwarden/admin-contract';
import { describe, expect, it } from 'vitest';
import { accountItems } from './accounts/account-items.js';
import { expiryAt } from './tokens/token-expiry.js';

const anna: UserRow = {
  name: 'anna',
  role: 'engineer',
  areas: ['**'],
  source: 'local',
  enabled: true,
  createdAt: '2030-01-01T00:00:00.000Z',
  lastSignInAt: null,
  totp: false,
  certificates: [],
  sessions: 0,
};

function labels(user: UserRow, isOwn = false): readonly string[] {
  return accountItems(user, isOwn, () => undefined).map(({ label }) => label);
}

describe('what an admin can do with an account', () => {
  it('follows its state', () => {
    expect(labels(anna)).toEqual(['Change role and areas …', 'Set another password …', 'Disable …', 'Remove …']);
    expect(labels({ ...anna, enabled: false, totp: true, sessions: 2 })).toEqual([
      'Change role and areas …',
      'Set another password …',
      'Enable …',
      'End sessions …',
      'Remove second factor …',
      'Remove …',
    ]);
  });

  it('does not shut the admin out by a slip: role, state and removal of the own account are for another one', () => {
    const refused = accountItems(anna, true, () => undefined).filter(({ may }) => may?.allowed === false);
    expect(refused.map(({ label }) => label)).toEqual(['Change role and areas …', 'Disable …', 'Remove …']);
  });
});

it('gives a token an end in days, or none', () => {
  expect(expiryAt(90, Date.parse('2030-01-01T00:00:00.000Z'))).toBe('2030-04-01T00:00:00.000Z');
  expect(expiryAt(0, 0)).toBeUndefined();
});
