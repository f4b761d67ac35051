import { beforeEach, expect, it } from 'vitest';
import { forgetPerson, leave, lookOnly, sessionStore, staysOut, turnAway, wasEnded } from './session-store.js';

beforeEach(() =>
  sessionStore.update((session) => ({ ...session, phase: 'signed-in', name: 'otto', ended: false, atDoor: false })),
);

it('says at the door that a session was ended, to whoever did not ask for it', () => {
  forgetPerson('signed-out');
  expect(sessionStore.get()).toMatchObject({ phase: 'signed-out', name: null, ended: true });
});

it('remembers it when the gateway is asked once more who that is', () => {
  forgetPerson('signed-out');
  expect(wasEnded(sessionStore.get())).toBe(true);
  forgetPerson('signed-out');
  expect(sessionStore.get().ended).toBe(true);
});

it('says nothing of it to whoever signed out', () => {
  leave();
  expect(sessionStore.get()).toMatchObject({ phase: 'signed-out', name: null, ended: false });
});

it('says nothing of it to whoever was not signed in', () => {
  leave();
  forgetPerson('signed-out');
  expect(sessionStore.get().ended).toBe(false);
});

it('keeps at the door of an open console who wants to sign in, was thrown out, or came back from a provider in vain', () => {
  const isOut = (): boolean => staysOut(sessionStore.get());
  sessionStore.update((session) => ({ ...session, proof: 'anonymous' }));
  expect(isOut()).toBe(false);
  leave();
  expect(isOut()).toBe(true);
  lookOnly();
  expect(isOut()).toBe(false);
  turnAway('OIDC_NO_ROLE');
  expect([isOut(), sessionStore.get().refused]).toEqual([true, 'OIDC_NO_ROLE']);
  lookOnly();
  sessionStore.update((session) => ({ ...session, phase: 'signed-in', proof: 'password' }));
  expect(isOut()).toBe(true);
  forgetPerson('signed-out');
  expect(isOut()).toBe(true);
  lookOnly();
  expect(sessionStore.get()).toMatchObject({ phase: 'asking', ended: false, refused: undefined });
});
