import type { AuditRow } from '@fieldwarden/admin-contract';
import { describe, expect, it } from 'vitest';
import { isoTimeOf, localTimeOf } from '../../format/local-time.js';
import { filterOf, isFiltered, searchOf } from './audit-filter.js';
import { auditCsv, auditJsonLines, valueText } from './audit-text.js';

const row: AuditRow = {
  seq: 7,
  at: '2030-01-01T00:00:00.000Z',
  user: 'anna',
  via: 'console',
  action: 'write',
  subject: 'press/speed',
  before: 40,
  after: 55,
  outcome: 'done',
  reason: null,
  correlationId: 'c1',
};

describe('the filter of the audit', () => {
  it('stands in the address, and only what is asked for', () => {
    const filter = filterOf('?user=anna&outcome=refused&unknown=1');
    expect(filter).toMatchObject({ user: 'anna', outcome: 'refused', path: '', from: '' });
    expect(searchOf(filter)).toBe('user=anna&outcome=refused');
    expect([isFiltered(filter), isFiltered(filterOf(''))]).toEqual([true, false]);
  });

  it('has times as people type them, and as the gateway reads them', () => {
    const iso = '2030-01-01T12:30:00.000Z';
    expect(isoTimeOf(localTimeOf(iso))).toBe(iso);
    expect([localTimeOf('yesterday'), isoTimeOf('')]).toEqual(['', '']);
  });
});

describe('an export of the audit', () => {
  it('is a table that a spreadsheet opens, and no text of a stranger is a formula in it', () => {
    const stranger = { ...row, user: '=HYPERLINK("http://x")', after: { role: 'admin' }, before: null, reason: 'a, b' };
    expect(auditCsv([row, stranger]).split('\r\n')).toEqual([
      'seq,at,user,via,action,subject,before,after,outcome,reason,correlationId',
      '7,2030-01-01T00:00:00.000Z,anna,console,write,press/speed,40,55,done,,c1',
      `7,2030-01-01T00:00:00.000Z,"'=HYPERLINK(""http://x"")",console,write,press/speed,,"{""role"":""admin""}",done,"a, b",c1`,
      '',
    ]);
    expect(auditCsv([{ ...row, before: -5 }])).toContain(',-5,55,');
  });

  it('is one JSON object per line', () => {
    expect(
      auditJsonLines([row, row])
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line) as unknown),
    ).toEqual([row, row]);
  });

  it('shows values as they are, objects as JSON', () => {
    expect([valueText(0), valueText('x'), valueText({ a: 1 }), valueText(null)]).toEqual(['0', 'x', '{"a":1}', null]);
  });
});
