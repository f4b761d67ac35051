import { beforeEach, expect, it } from 'vitest';
import { forgetPerson, leave, sessionStore, wasEnded } from './session-store.js';

beforeEach(() => sessionStore.update((session) => ({ ...session, phase: 'signed-in', name: 'otto', ended: false })));

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
