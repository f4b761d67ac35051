import type {
  NewUserRequest,
  SessionRow,
  TokenCreated,
  TokenRequest,
  TokenRevoked,
  UserAnswer,
  UserChangeRequest,
  UserRemoved,
} from '@fieldwarden/admin-contract';
import { resourceOf } from '../state/resources.js';
import { answered, api } from './api-client.js';

export const usersResource = resourceOf('users', async () => (await answered(api.GET('/users'))).users);

export const tokensResource = resourceOf('tokens', async () => (await answered(api.GET('/tokens'))).tokens);

export const sessionsResource = resourceOf('sessions', openSessions);

export async function openSessions(): Promise<readonly SessionRow[]> {
  return (await answered(api.GET('/sessions'))).sessions;
}

const named = (name: string): { params: { path: { name: string } } } => ({ params: { path: { name } } });

export async function addUser({ areas, ...user }: NewUserRequest): Promise<UserAnswer> {
  return await answered(api.POST('/users', { body: { ...user, ...(areas && { areas: [...areas] }) } }));
}

export async function changeUser(
  name: string,
  change: Pick<UserChangeRequest, 'enabled' | 'password'>,
): Promise<UserAnswer> {
  return await answered(api.PUT('/users/{name}', { ...named(name), body: change }));
}

export async function changeRole(
  name: string,
  { role, areas = [] }: Pick<UserChangeRequest, 'role' | 'areas'>,
): Promise<UserAnswer> {
  return await answered(api.PUT('/users/{name}', { ...named(name), body: { role, areas: [...areas] } }));
}

export async function removeUser(name: string): Promise<UserRemoved> {
  return await answered(api.DELETE('/users/{name}', named(name)));
}

export async function removeSecondFactorOf(name: string): Promise<UserAnswer> {
  return await answered(api.DELETE('/users/{name}/totp', named(name)));
}

export async function endSession(id: string): Promise<void> {
  await answered(api.DELETE('/sessions/{id}', { params: { path: { id } } }));
}

/** The only time that the token is shown. */
export async function createToken({ areas = [], ...token }: TokenRequest): Promise<TokenCreated> {
  return await answered(api.POST('/tokens', { body: { ...token, areas: [...areas] } }));
}

export async function revokeToken(name: string): Promise<TokenRevoked> {
  return await answered(api.DELETE('/tokens/{name}', named(name)));
}
