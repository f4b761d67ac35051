import { createHmac } from 'node:crypto';

/** Whoever knows the id of a session can compute it, nobody else: the page gets it in an answer that no other site can read. */
export function csrfTokenOf(sessionId: string): string {
  return createHmac('sha256', sessionId).update('csrf').digest('base64url');
}
