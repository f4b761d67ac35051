import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { setImmediate as nextTurn } from 'node:timers/promises';
import {
  fromJsonValue,
  GatewayError,
  isGatewayError,
  isGood,
  messageOf,
  newCorrelationId,
  type TagValue,
  type Timer,
} from '@fieldwarden/core';
import { gatewayPrincipal, type Origin } from '@fieldwarden/gateway-contract';
import type {
  Service,
  ServiceAddress,
  ServiceContext,
  ServiceHealth,
  ServiceMetric,
  ServiceTable,
  TagSource,
} from '@fieldwarden/service';
import { MemoryClient, type ClientLine } from './memory-client.js';

export interface MemoryServiceSettings {
  readonly port: number;
  readonly maxClients: number;
  readonly retryMs: number;
}

/** Keeps the whole contract: tags over TCP, a JSON text a line. The flaws of the self-test override single members. */
export class MemoryService implements Service<MemoryServiceSettings> {
  protected readonly context: ServiceContext<MemoryServiceSettings>;
  protected settings: MemoryServiceSettings;
  protected readonly server = createServer((socket) => this.welcome(socket));
  protected readonly clients = new Set<MemoryClient>();
  /** Path of every tag, by handle: those of tags that are gone are used again. */
  protected readonly paths = new Map<number, string>();
  protected readonly followed: Disposable[] = [];
  protected table: ServiceTable | undefined;
  protected retry: Timer | undefined;
  protected full = false;
  protected stopped = false;
  protected writes = 0;

  constructor(context: ServiceContext<MemoryServiceSettings>) {
    this.context = context;
    this.settings = context.settings;
  }

  protected get tags(): TagSource {
    return this.context.tags;
  }

  async start(signal: AbortSignal): Promise<ServiceAddress> {
    this.table = await this.context.storage.table('writes');
    this.refuseIfOver(signal);
    this.follow();
    const port = await this.listen(signal);
    return { port, url: `tcp://${this.context.gateway.bind}:${port}` };
  }

  async apply(settings: MemoryServiceSettings): Promise<void> {
    const listed = new Map([...this.tags.entries()].map(([path, handle]) => [handle, path]));
    await nextTurn();
    if (this.stopped || listed.size > this.tags.size) return;
    this.settings = settings;
  }

  status(): Readonly<Record<string, unknown>> {
    return { clients: this.clients.size, tags: this.paths.size, writes: this.writes };
  }

  health(): ServiceHealth {
    return this.full
      ? { state: 'Degraded', reason: 'writes are not kept; make room on the disk' }
      : { state: 'Healthy' };
  }

  metrics(): readonly ServiceMetric[] {
    return [
      { name: 'memory_clients', help: 'Connected clients.', type: 'gauge', value: this.clients.size },
      { name: 'memory_writes_total', help: 'Writes that were done.', type: 'counter', value: this.writes },
    ];
  }

  async request(name: string): Promise<unknown> {
    if (name === 'ping') return 'pong';
    throw memoryError('MEMORY_REQUEST', 'unsupported', `there is no request ${name}`);
  }

  async stop(): Promise<void> {
    this.stopped = true;
    for (const each of this.followed.splice(0)) each[Symbol.dispose]();
    this.retry?.[Symbol.dispose]();
    for (const client of this.clients) client.close();
    await this.closeServer();
  }

  protected async closeServer(): Promise<void> {
    if (!this.server.listening) return;
    await new Promise<void>((resolve) => void this.server.close(() => resolve()));
  }

  protected follow(): void {
    for (const [path, handle] of this.tags.entries()) this.paths.set(handle, path);
    this.followed.push(
      this.tags.onDefinition({
        defined: (handles) => this.defined(handles),
        removed: (handles) => this.removed(handles),
        redefined: (handles) => this.changed(handles, handles.length),
      }),
      this.tags.onChange((handles, count) => this.changed(handles, count)),
    );
  }

  protected defined(handles: Uint32Array): void {
    for (const handle of handles) this.paths.set(handle, this.tags.definition(handle)!.path);
  }

  protected removed(handles: Uint32Array): void {
    this.changed(handles, handles.length);
    for (const handle of handles) this.paths.delete(handle);
  }

  protected changed(handles: Uint32Array, count: number): void {
    const paths = [...handles.subarray(0, count)].map((handle) => this.paths.get(handle)!);
    for (const client of this.clients) if (client.following) for (const path of paths) client.tell(path);
  }

  protected listen(signal: AbortSignal): Promise<number> {
    return this.listenOn(this.context.gateway.port ?? this.settings.port, signal);
  }

  protected async listenOn(port: number, signal: AbortSignal): Promise<number> {
    this.server.listen(port, this.context.gateway.bind);
    try {
      await once(this.server, 'listening', { signal });
    } catch (error) {
      this.server.close();
      throw this.listenError(error, port);
    }
    this.refuseIfOver(signal);
    return (this.server.address() as AddressInfo).port;
  }

  protected listenError(cause: unknown, port: number): unknown {
    if ((cause as NodeJS.ErrnoException).code !== 'EADDRINUSE') return cause;
    return memoryError('PORT_TAKEN', 'config', `port ${port} is taken; choose another with --memory-port`);
  }

  protected refuseIfOver(signal: AbortSignal): void {
    if (!signal.aborted && !this.stopped) return;
    void this.stop();
    throw memoryError('MEMORY_STOPPED', 'cancelled', 'the start was called off');
  }

  protected welcome(socket: Socket): void {
    if (this.clients.size >= this.settings.maxClients) return void socket.destroy();
    const client = this.clientOf(socket);
    this.clients.add(client);
    socket.on('close', () => this.clients.delete(client));
    void client.answer((line) => this.reply(line, client));
  }

  protected clientOf(socket: Socket): MemoryClient {
    return new MemoryClient(socket, (path) => this.show(path));
  }

  protected async reply(line: ClientLine, client: MemoryClient): Promise<string> {
    if ('get' in line) return this.show(line.get);
    if ('set' in line) return JSON.stringify({ set: line.set, said: await this.write(line.set, line.value) });
    client.following = true;
    return JSON.stringify({ following: true });
  }

  protected show(path: string): string {
    const handle = this.tags.handleOf(path);
    const good = handle !== undefined && isGood(this.tags.status(handle));
    return JSON.stringify({ path, good, value: good ? this.tags.value(handle) : null });
  }

  protected async write(path: string, json: unknown): Promise<string> {
    const handle = this.tags.handleOf(path);
    const definition = handle === undefined ? undefined : this.tags.definition(handle);
    if (handle === undefined || !definition) return 'rejected';
    try {
      return await this.writeTag(path, handle, fromJsonValue(json, definition.type));
    } catch {
      return 'unknown'; // the road of writes never rejects; if it does, nobody knows
    }
  }

  protected async writeTag(path: string, handle: number, value: TagValue): Promise<string> {
    const [reply] = await this.context.writer.writeMany([{ handle, value }], this.origin());
    const said = isGatewayError(reply) ? reply.writeOutcome : reply.outcome;
    if (said === 'done') this.keep(path, value);
    return said;
  }

  protected origin(): Origin {
    return {
      via: 'memory',
      principal: gatewayPrincipal('memory', 'operator'),
      correlationId: newCorrelationId(),
    };
  }

  protected keep(path: string, value: TagValue): void {
    this.writes += 1;
    this.table!.put(path, value);
    void this.save();
  }

  protected async save(): Promise<void> {
    try {
      await this.table!.settled();
      this.full = false;
      this.context.alarms.clear('storage-full');
    } catch (error) {
      this.notSaved(error);
    }
  }

  protected notSaved(error: unknown): void {
    if (this.stopped) return;
    this.full = true;
    this.context.alarms.raise({ conditionId: 'storage-full', severity: 500, message: messageOf(error) });
    this.retry?.[Symbol.dispose]();
    this.retry = this.context.clock.setTimer(() => void this.save(), this.settings.retryMs);
  }
}

function memoryError(code: string, kind: 'config' | 'unsupported' | 'cancelled', message: string): GatewayError {
  return new GatewayError({ code, kind, message });
}
