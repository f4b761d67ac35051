import { createServer, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import type { FaultPoints } from './fault-points.js';
import type { SitesAnswer, SiteRequest } from './site.js';

/** Answers requests about the fault points on a socket; does not keep the process alive. */
export function serveControl(points: FaultPoints, path: string): void {
  const server = createServer((socket) => serve(points, socket));
  server.listen(path);
  server.unref();
}

function serve(points: FaultPoints, socket: Socket): void {
  socket.unref();
  socket.on('error', () => undefined);
  createInterface(socket).on('line', (line) => {
    const request = JSON.parse(line) as SiteRequest;
    if (request.arm ?? request.disarm) points.arm(request.arm);
    const answer: SitesAnswer = { sites: points.sites };
    socket.write(`${JSON.stringify(answer)}\n`);
  });
}
