import { temporaryDirectory } from '@fieldwarden/testkit';
import { describe, expect, it } from 'vitest';
import { FakeTarget } from './testing/fake-target.js';
import { gateway, nightly } from './testing/test-gateway.js';

describe('a monitor', () => {
  it('asks its target nothing before its first timer', async () => {
    await using home = await temporaryDirectory();
    const asked: string[] = [];
    const target = new Proxy(new FakeTarget(), {
      get: (fake, name, receiver) => {
        asked.push(String(name));
        return Reflect.get(fake, name, receiver) as unknown;
      },
    });
    gateway(home.path).monitor(target, { recycle: nightly }).dispose();
    expect(asked).toEqual([]);
  });
});
