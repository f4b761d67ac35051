import { endSession, openSessions } from '../../api/user-requests.js';

/** All sessions of somebody but the one that asks; how many those were. */
export async function endSessionsOf(name: string): Promise<number> {
  const ended = (await openSessions()).filter(({ user, own }) => user === name && !own);
  await Promise.all(ended.map(({ id }) => endSession(id)));
  return ended.length;
}
