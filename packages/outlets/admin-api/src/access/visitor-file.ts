import { randomBytes } from 'node:crypto';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Names the file by which a visitor of the local socket shows who it is. */
export const visitorHeader = 'X-Fieldwarden-Visitor';

/** It lies in the home, so that only who may open the socket can leave one; its owner is the visitor. */
export function visitorFile(home: string, nonce: string): string {
  return join(home, `.visitor-${nonce}`);
}

/** For clients: leaves a file for the first request of a command; the gateway removes it. Undefined where the disk takes none. */
export async function leaveVisitorFile(
  home: string,
): Promise<{ readonly nonce: string; remove(): Promise<void> } | undefined> {
  const nonce = randomBytes(24).toString('base64url');
  const path = visitorFile(home, nonce);
  try {
    await writeFile(path, nonce, { mode: 0o600, flag: 'wx' });
    return { nonce, remove: () => rm(path, { force: true }).catch(() => undefined) };
  } catch {
    return undefined;
  }
}
