import type { TotpOffer } from '@fieldwarden/admin-contract';
import { answered, api } from './api-client.js';

/** What a person does with their own account. */

export async function changeOwnPassword(password: string, newPassword: string): Promise<void> {
  await answered(api.PUT('/session/password', { body: { password, newPassword } }));
}

/** A new secret; it counts once a code of it was sent back. */
export async function offerSecondFactor(): Promise<TotpOffer> {
  return await answered(api.POST('/session/totp'));
}

export async function confirmSecondFactor(code: string): Promise<void> {
  await answered(api.PUT('/session/totp', { body: { code } }));
}

export async function removeOwnSecondFactor(password: string): Promise<void> {
  await answered(api.DELETE('/session/totp', { body: { password } }));
}
