import { createHmac, timingSafeEqual } from 'node:crypto';

const stepMs = 30_000;
const digits = 6;

/** RFC 6238, 5.2: clocks of people and gateways differ, by one step at most. */
const drift = [0, -1, 1] as const;

/** RFC 4226, 5.3, with the digits asked for. */
export function totpCode(secret: Uint8Array, step: number, length = digits): string {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(step));
  const hmac = createHmac('sha1', secret).update(counter).digest();
  const at = hmac[19] & 0x0f;
  const number = hmac.readUInt32BE(at) & 0x7fffffff;
  return String(number % 10 ** length).padStart(length, '0');
}

export function totpStep(wallMs: number): number {
  return Math.floor(wallMs / stepMs);
}

/** The step to which this code belongs; undefined if it is wrong, or of a step that was used before (RFC 6238, 5.2: once only). */
export function acceptedStep(secret: Uint8Array, code: string, wallMs: number, lastStep: number): number | undefined {
  if (!/^\d{6}$/.test(code)) return undefined;
  const now = totpStep(wallMs);
  let accepted: number | undefined;
  for (const offset of drift) {
    const isRight = timingSafeEqual(Buffer.from(totpCode(secret, now + offset)), Buffer.from(code));
    if (isRight && now + offset > lastStep) accepted = now + offset;
  }
  return accepted;
}

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** RFC 4648, 6, without padding: as authenticators want it. */
export function toBase32(bytes: Uint8Array): string {
  const bits = [...bytes].map((byte) => byte.toString(2).padStart(8, '0')).join('');
  const groups = bits.match(/.{1,5}/g) ?? [];
  return groups.map((group) => alphabet[Number.parseInt(group.padEnd(5, '0'), 2)]).join('');
}

export function fromBase32(text: string): Buffer {
  const bits = [...text].map((letter) => alphabet.indexOf(letter).toString(2).padStart(5, '0')).join('');
  const bytes = bits.match(/.{8}/g) ?? [];
  return Buffer.from(bytes.map((byte) => Number.parseInt(byte, 2)));
}

/** What an authenticator reads from the picture. */
export function totpUri({
  issuer,
  name,
  secret,
}: {
  readonly issuer: string;
  readonly name: string;
  readonly secret: string;
}): string {
  const label = `${encodeURIComponent(issuer)}:${encodeURIComponent(name)}`;
  return `otpauth://totp/${label}?secret=${secret}&issuer=${encodeURIComponent(issuer)}&algorithm=SHA1&digits=${digits}&period=${stepMs / 1_000}`;
}
