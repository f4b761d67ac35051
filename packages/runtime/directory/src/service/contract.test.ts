import { describeService, type RunningService } from '@fieldwarden/testkit/service-suite';
import { testOrigin } from '@fieldwarden/testkit';
import { gatewayPrincipal } from '@fieldwarden/gateway-contract';
import { describe, expect, it } from 'vitest';
import { serviceContext } from '@fieldwarden/testkit';
import { accessSettings } from '../settings/access-settings.js';
import { AccessService } from './access-service.js';
import access from './service.js';

const settings = { roles: [{ role: 'viewer', groups: ['everybody'] }] };

async function ask({ service }: RunningService): Promise<readonly never[]> {
  const body = { user: 'anna', password: 'x' };
  await expect(service.request!('check-password', body, ofGateway)).rejects.toMatchObject({
    code: 'ACCESS_NOT_CONFIGURED',
  });
  return [];
}

const ofGateway = testOrigin({ via: 'gateway', principal: gatewayPrincipal('gateway', 'admin') });

describeService({
  definition: access,
  settings,
  liveSettings: { ...settings, sessions: { idleMinutes: 5 } },
  tags: [],
  exercise: ask,
});

describe('the service access', () => {
  it.each(['socket', 'rest', 'console', 'gateway'])(
    'answers nobody who comes in from outside by the road %s: passwords could be guessed past the limits',
    async (via) => {
      await using context = await serviceContext(accessSettings.parse(settings));
      const service = new AccessService(context);
      const principal = { ...ofGateway.principal, proof: 'socket' as const };
      await expect(
        service.request('check-password', { user: 'a', password: 'b' }, testOrigin({ via, principal })),
      ).rejects.toMatchObject({ kind: 'unsupported' });
    },
  );

  it('shows a directory that is away as Degraded, with the reason', async () => {
    const ldap = { urls: ['ldap://127.0.0.1:1'], userBase: 'ou=people,dc=plant' };
    await using context = await serviceContext(accessSettings.parse({ ...settings, ldap }));
    const service = new AccessService(context);
    await service.start(new AbortController().signal);
    const body = { user: 'anna', password: 'x' };
    await expect(service.request('check-password', body, ofGateway)).rejects.toMatchObject({ kind: 'unreachable' });
    expect(service.health()).toMatchObject({ state: 'Degraded' });
    expect(service.status()).toMatchObject({ ldap: { reachable: false, server: null } });
    expect(context.alarms.active).toMatchObject([{ conditionId: 'directory-away' }]);
    await service.apply(accessSettings.parse(settings));
    expect(service.health()).toEqual({ state: 'Healthy' });
    expect(context.alarms.active).toEqual([]);
    await service.stop();
  });
});
