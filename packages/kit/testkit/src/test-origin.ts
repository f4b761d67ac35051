import { gatewayPrincipal, type Origin } from '@fieldwarden/gateway-contract';

/** Somebody who may do everything, by a road named `test`. */
export function testOrigin(overrides: Partial<Origin> = {}): Origin {
  return { via: 'test', principal: gatewayPrincipal('test', 'admin'), correlationId: '0123456789abcdef', ...overrides };
}
