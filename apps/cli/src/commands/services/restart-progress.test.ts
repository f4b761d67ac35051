import { TestServer } from '@fieldwarden/admin-api/testing';
import { systemClock } from '@fieldwarden/core';
import { expect, test } from 'vitest';
import { gatewayLoader } from '../../gateway/gateway-module.js';
import { noColours } from '../../output/palette.js';
import { runCli } from '../../run-cli.js';

test('services restart of one that loops says on a terminal how it is, until it answers', async () => {
  await using server = await TestServer.start();
  const { services } = server.control;
  services.services = [{ ...services.services[0], id: 'acme', state: 'Faulted', reason: 'libacme.so is missing' }];
  const isSeen = Promise.withResolvers<void>();
  services.whenRestarted = () => isSeen.promise;
  const shown: string[] = [];
  const written: string[] = [];
  const code = await runCli(['services', 'restart', 'acme'], {
    terminal: {
      palette: noColours,
      errorPalette: noColours,
      width: 100,
      write: (text) => void written.push(text),
      writeError: (text) => {
        shown.push(text);
        if (text.includes('Restarting acme: acme Faulted (libacme.so is missing) …')) isSeen.resolve();
      },
      ask: () => undefined,
      askSecret: () => undefined,
      input: () => Promise.resolve(''),
    },
    env: { FIELDWARDEN_HOME: server.home },
    clock: systemClock,
    loader: gatewayLoader,
    screen: () => undefined,
    interrupted: () => new AbortController().signal,
    self: [],
  });
  expect([code, written]).toEqual([1, ['acme  Faulted  host 4711: libacme.so is missing\n']]);
  expect(shown.at(-1)).toBe('\r\u001b[K');
});
