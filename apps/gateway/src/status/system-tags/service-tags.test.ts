import { statusCodes, statusName } from '@fieldwarden/core';
import { TagStore } from '@fieldwarden/tags';
import { collectingLogger, FakeClock } from '@fieldwarden/testkit';
import { beforeEach, describe, expect, it } from 'vitest';
import { serviceFacts } from '../../testing/status-samples.js';
import { ServiceTags } from './service-tags.js';

describe('system tags of services (§8.5, §16.2)', () => {
  let store: TagStore;
  let tags: ServiceTags;

  beforeEach(() => {
    const clock = new FakeClock();
    store = new TagStore(clock, collectingLogger());
    tags = new ServiceTags({ store, clock });
  });

  const paths = (): readonly string[] => [...store.entries()].map(([path]) => path);
  function shown(name: string): unknown {
    const handle = store.handleOf(`_system/services/${name}`);
    if (handle === undefined) return 'no such tag';
    const { value, status } = store.read(handle);
    return status === statusCodes.Good ? value : statusName(status);
  }

  it('show state, reason, process and restarts', () => {
    tags.show(serviceFacts({ pid: 77, restarts: { crash: 1, recycle: 2, operator: 3 }, cpuPercent: 1.26 }));
    expect(['state', 'pid', 'restarts', 'crashes', 'cpu'].map((name) => shown(`opcua/${name}`))).toEqual([
      'Healthy',
      77,
      6,
      1,
      1.3,
    ]);
    expect(shown('opcua/reason')).toBe('BadNoDataAvailable');
    tags.show(serviceFacts({ state: 'Faulted', reason: 'port 4840 is taken', pid: null, address: null }));
    expect(['state', 'reason', 'pid', 'url'].map((name) => shown(`opcua/${name}`))).toEqual([
      'Faulted',
      'port 4840 is taken',
      'BadNoDataAvailable',
      'BadNoDataAvailable',
    ]);
  });

  it('tell listeners of what changed and of nothing else', () => {
    tags.show(serviceFacts());
    const changed: string[] = [];
    store.onChange((handles, count) => {
      for (const handle of handles.subarray(0, count)) changed.push(store.definition(handle)!.path);
    });
    tags.show(serviceFacts({ memoryBytes: 5 }));
    expect(changed).toEqual(['_system/services/opcua/memory']);
  });

  it('come and go with the services', () => {
    tags.show(serviceFacts());
    tags.show(serviceFacts({ id: 'acme' }));
    tags.remove('opcua');
    expect(shown('opcua/state')).toBe('no such tag');
    expect(shown('acme/state')).toBe('Healthy');
    tags[Symbol.dispose]();
    expect(paths()).toEqual([]);
  });
});
