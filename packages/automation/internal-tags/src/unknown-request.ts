import { GatewayError } from '@fieldwarden/core';

export function unknownRequest(name: string): GatewayError {
  const message = `internal tags answer no request ${JSON.stringify(name)}`;
  return new GatewayError({ code: 'SERVICE_REQUEST_UNKNOWN', kind: 'unsupported', message });
}
