/** 32 hexadecimal digits. `crypto.randomUUID` exists only on HTTPS and loopback; a console on a plant network may have neither. */
export function randomHex(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** RFC 9562 version 4, for what asks for a UUID. */
export function randomUuid(): string {
  const hex = randomHex();
  const variant = '89ab'[Number.parseInt(hex[16], 16) % 4];
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20)}`;
}
