import type { AuditRow } from '@fieldwarden/admin-contract';

export const csvHead = 'seq,at,user,via,action,subject,before,after,outcome,reason,correlationId\n';

/** One line. Old and new values as JSON. */
export function csvLine(row: AuditRow): string {
  const { seq, at, user, via, action, subject, before, after, outcome, reason, correlationId } = row;
  const cells = [at, user, via, action, subject, valueCell(before), valueCell(after), outcome, reason ?? '', correlationId]; // prettier-ignore
  return `${seq},${cells.map(quoted).join(',')}\n`;
}

function valueCell(value: unknown): string {
  return value === null || value === undefined ? '' : typeof value === 'string' ? value : JSON.stringify(value);
}

/** What somebody else wrote must not become a formula of a spreadsheet; a number stays one. */
function quoted(text: string): string {
  const isFormula = /^[=+\-@\t\r]/.test(text) && !/^-?\d+(\.\d+)?(e[+-]?\d+)?$/i.test(text);
  const harmless = isFormula ? `'${text}` : text;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
