import { randomBytes } from 'node:crypto';

/** 16 hexadecimal digits that follow one request from the client through the gateway into a Host and back. */
export function newCorrelationId(): string {
  return randomBytes(8).toString('hex');
}
