import { waitFor } from '@fieldwarden/testkit';
import { once } from 'node:events';
import type { GatewayProcess } from '../processes/gateway-process.js';

/** For the gateway's environment: its inspector, once opened, takes a free port. */
export const freeInspectorPort = { NODE_OPTIONS: '--inspect-port=0' } as const;

const heapCollection = JSON.stringify({ id: 1, method: 'HeapProfiler.collectGarbage' });

/**
 * Has the gateway's heap collected, through the inspector that SIGUSR1 opens. Without it resident memory says how long ago V8 last
 * found it worth while, not what is held.
 */
export async function collectGarbage(gateway: GatewayProcess): Promise<void> {
  gateway.signal('SIGUSR1'); // a second one changes nothing
  const url = await waitFor(() => /ws:\/\/\S+/.exec(gateway.output)?.[0], { what: 'the inspector of the gateway' });
  const socket = new WebSocket(url);
  await once(socket, 'open');
  const answered = once(socket, 'message');
  socket.send(heapCollection);
  await answered;
  socket.close();
}
