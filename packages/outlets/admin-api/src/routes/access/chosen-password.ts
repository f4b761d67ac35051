import { badAccount, passwordFault, type Access } from '@fieldwarden/accounts';

/** The hash of a password that somebody chose. Throws kind `config`, `PASSWORD_WEAK`, with the reason. */
export async function chosenPassword(access: Access, password: string, name: string, from: string): Promise<string> {
  const fault = passwordFault(password, name);
  if (fault !== undefined) throw badAccount('PASSWORD_WEAK', fault);
  return await access.hasher.hash(password, from);
}
