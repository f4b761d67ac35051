import { silentLogger } from '@fieldwarden/core';
import { SessionStore } from '../access/session-store.js';
import { TokenStore } from '../access/token-store.js';

/** Access for a server into which nobody has to come. */
export async function nobody(): Promise<{ readonly tokens: TokenStore; readonly sessions: SessionStore }> {
  return {
    tokens: await TokenStore.open('/nonexistent/tokens.json'),
    sessions: SessionStore.open('/nonexistent/sessions.json', { logger: silentLogger }),
  };
}
