import { mayDo, type Principal } from '@fieldwarden/gateway-contract';
import { VariableIds, type NodeId } from 'node-opcua';

/** The library's own namespace: it holds a diagnostics object per session, and nothing else. */
const sessionNamespace = 1;

const diagnosticsArrays: ReadonlySet<unknown> = new Set([
  VariableIds.Server_ServerDiagnostics_SessionsDiagnosticsSummary_SessionDiagnosticsArray,
  VariableIds.Server_ServerDiagnostics_SessionsDiagnosticsSummary_SessionSecurityDiagnosticsArray,
  VariableIds.Server_ServerDiagnostics_SubscriptionDiagnosticsArray,
]);

/** Who else is there, under which name and from where, is nobody's business but an administrator's (OPC 10000-5, 6.3.3). */
export function isPrivate({ namespace, value }: NodeId): boolean {
  return namespace === sessionNamespace || (namespace === 0 && diagnosticsArrays.has(value));
}

export function maySeePrivate(principal: Principal): boolean {
  return mayDo(principal, 'administer');
}
