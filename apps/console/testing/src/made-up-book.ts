import type { AuditRow, CertificateRow } from '@fieldwarden/admin-contract';

const dayMs = 86_400_000;
const inDays = (days: number): string => new Date(Date.now() + days * dayMs).toISOString();

function certificate(
  store: CertificateRow['store'],
  name: string,
  byte: string,
  more: Partial<CertificateRow> = {},
): CertificateRow {
  return {
    store,
    use: 'opcua',
    subject: `CN=${name}, O=Made-up plant, C=DE`,
    issuer: `CN=${name}, O=Made-up plant, C=DE`,
    thumbprint: byte.repeat(20),
    sha256: byte.repeat(32),
    keyFingerprint: `SHA256:${byte.repeat(20)}`,
    key: 'RSA 2048',
    notBefore: inDays(-100),
    notAfter: inDays(600),
    applicationUri: `urn:made-up:${name}`,
    lastSeenAt: null,
    lastSeenFrom: null,
    ...more,
  };
}

/** Certificates of a plant with one client at the door. */
export function madeUpCertificates(): CertificateRow[] {
  return [
    certificate('rejected', 'UaExpert@desk-4', 'A1', { lastSeenAt: inDays(-0.002), lastSeenFrom: '10.20.0.44' }),
    certificate('rejected', 'scanner', '0B', {
      lastSeenAt: inDays(-20),
      lastSeenFrom: '10.20.0.99',
      applicationUri: null,
    }),
    certificate('trusted', 'SCADA', 'C2', { lastSeenAt: inDays(-0.0001), lastSeenFrom: '10.20.0.7' }),
    certificate('trusted', 'historian', 'D3', {
      notAfter: inDays(12.5),
      lastSeenAt: inDays(-1),
      lastSeenFrom: '10.20.0.8',
    }),
    certificate('own', 'fieldwarden', 'E4'),
    certificate('own', 'gateway.made-up', 'F5', { use: 'tls', notAfter: inDays(4.5), applicationUri: null }),
    certificate('issuers', 'Plant CA', '16', { applicationUri: null, notAfter: inDays(3_000) }),
  ];
}

type Written = Pick<AuditRow, 'user' | 'action' | 'subject'> & Partial<AuditRow>;

/** The audit: rows of the days before, and whatever is done here. */
export class MadeUpBook {
  /** Somebody changed a row. */
  tampered = false;
  readonly #rows: AuditRow[] = [];

  constructor() {
    const step = (index: number) => new Date(Date.now() - (230 - index) * 600_000).toISOString();
    for (let index = 0; index < 230; index += 1)
      this.write({ ...madeUpRows[index % madeUpRows.length], at: step(index) });
  }

  write(row: Written): void {
    const seq = this.#rows.length + 1;
    this.#rows.push({
      seq,
      at: new Date().toISOString(),
      via: 'console',
      before: null,
      after: null,
      outcome: 'done',
      reason: null,
      correlationId: `made-up-${seq}`,
      ...row,
    });
  }

  page(query: URLSearchParams) {
    const limit = Number(query.get('limit') ?? 100);
    const before = Number(query.get('cursor') ?? Infinity);
    const found = this.#rows.filter((row) => row.seq < before && passes(row, query)).reverse();
    const rows = found.slice(0, limit);
    return { schema: 'fieldwarden/audit@1', rows, next: found.length > limit ? String(rows.at(-1)!.seq) : null };
  }

  verification() {
    const rows = this.#rows.length;
    const broken = { ok: false, firstBadSeq: 17, message: 'row 17 was changed after it was written' };
    const whole = { ok: true, firstBadSeq: null, message: 'every row follows from the one before it' };
    return {
      schema: 'fieldwarden/audit-verify@1',
      rows,
      head: 'c0ffee'.repeat(10),
      ...(this.tampered ? broken : whole),
    };
  }
}

function passes(row: AuditRow, query: URLSearchParams): boolean {
  const equal = (['user', 'action', 'outcome', 'via'] as const).every((field) => {
    const wanted = query.get(field);
    return wanted === null || row[field] === wanted;
  });
  const [path, from, to] = [query.get('path') ?? '', query.get('from') ?? '', query.get('to') ?? '9'];
  return equal && row.subject.includes(path) && row.at >= from && row.at < to;
}

const madeUpRows: readonly Written[] = [
  { user: 'oskar', action: 'sign-in', subject: 'oskar' },
  { user: 'oskar', action: 'write', subject: 'packaging/unit00/signal0000', before: 41.5, after: 50 },
  {
    user: 'vera',
    action: 'write',
    subject: 'packaging/unit00/signal0000',
    before: 50,
    after: 90,
    outcome: 'refused',
    reason: 'not for vera: it takes the permission write',
  },
  { user: 'erik', action: 'publish', subject: 'generation 7', before: { generation: 6 }, after: { generation: 7 } },
  {
    user: 'scada',
    via: 'opcua',
    action: 'write',
    subject: 'boiler/unit01/signal0010',
    before: 20,
    after: 21,
    outcome: 'unknown',
  },
  { user: 'anna', action: 'user', subject: 'vera', before: { role: 'operator' }, after: { role: 'viewer' } },
  { user: '=cmd', action: 'sign-in', subject: '=cmd', outcome: 'refused', reason: 'name or password is wrong' },
];
