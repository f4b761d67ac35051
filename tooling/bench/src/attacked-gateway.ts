import { GatewayProcess, JsonLinesProcess, processUsage } from '@fieldwarden/acceptance';
import { attackMain, type AttackedServer, type attacks, type NodeName } from '@fieldwarden/acceptance/opcua';
import type { Service, ServiceList } from '@fieldwarden/admin-contract';
import { waitFor } from '@fieldwarden/testkit';
import { setTimeout as sleep } from 'node:timers/promises';
import { allHealthy } from './hosts.js';
import { pollPlant, responder } from './poll-plant.js';

export type Isolation = 'host' | 'in-process';
export type AttackName = keyof typeof attacks;

const connections = 10;
const scanMs = 1_000;

/** What one Browse of a folder asks for (SPEC §16.4). */
const folderTags = 1_000;

/** What the PLCs, which are a process of their own, saw of the scans in a while. */
export interface Scans {
  /** Pauses between scans, ms, of all PLCs together; a last one that goes on is among them once it is too long. */
  readonly pausesMs: readonly number[];
  /** PLCs that missed two scans or more in a row. */
  readonly lost: number;
}

/** What gateway and Host took in the same while. */
export interface Load {
  /** Per cent of a core; null in-process, and for a Host that ended. */
  readonly gatewayPercent: number;
  readonly hostPercent: number | null;
  readonly gatewayBytes: number;
  readonly blows: number;
}

/** A gateway that polls and changes all its tags once a second, its PLCs, and an OPC UA server that lets anybody in. */
export class AttackedGateway implements AsyncDisposable {
  readonly gateway: GatewayProcess;
  readonly #plcs: JsonLinesProcess;
  readonly #tags: number;
  readonly #isolation: Isolation;

  private constructor(gateway: GatewayProcess, plcs: JsonLinesProcess, tags: number, isolation: Isolation) {
    this.gateway = gateway;
    this.#plcs = plcs;
    this.#tags = tags;
    this.#isolation = isolation;
  }

  static async start(isolation: Isolation, tags: number): Promise<AttackedGateway> {
    const each = tags / connections;
    const options = [
      '--listeners',
      String(connections),
      '--registers',
      String(2 * each),
      '--change-ms',
      String(scanMs),
    ];
    const plcs = new JsonLinesProcess(responder, options);
    const { ports } = await plcs.next<{ readonly ports: readonly number[] }>();
    const opcua = { securityPolicies: ['None'], anonymous: true, isolation };
    const gateway = await GatewayProcess.start({ ...pollPlant(ports, each, folderTags), opcua });
    await allHealthy(gateway);
    await sleep(3_000); // the compiler's and the collector's first work
    return new AttackedGateway(gateway, plcs, tags, isolation);
  }

  get server(): AttackedServer {
    const each = this.#tags / connections;
    const nodes = Array.from({ length: Math.min(each, 500) }, (_, i) => i).flatMap((i) =>
      Array.from({ length: connections }, (_, driver) => node(`line${driver}/block0/value${i}`)),
    );
    return { port: this.gateway.runFile.opcuaPort!, folder: node('line0/block0'), tags: nodes };
  }

  async service(): Promise<Service> {
    return (await this.gateway.get<ServiceList>('/services')).services.find(({ type }) => type === 'opcua')!;
  }

  /** Of the server's Host; null in-process. */
  async hostPid(): Promise<number | null> {
    return this.#isolation === 'host' ? (await this.service()).pid : null;
  }

  /**
   * Has an operator restart the server and waits until all is well. What the last attack left behind, sessions and growing pauses after
   * crashes, is over then.
   */
  async restartServer(): Promise<void> {
    await waitFor(async () => await this.#restarted().catch(() => false), {
      what: 'a gateway that answers',
      timeoutMs: 120_000,
    });
    await waitFor(async () => await this.#works().catch(() => false), {
      what: 'the OPC UA server to work again',
      timeoutMs: 120_000,
    });
  }

  /** Scans and load in a while, under an attack or under none. Asks nothing of a gateway that may not answer. */
  async during(attack: AttackName | undefined, windowMs: number): Promise<Scans & Load> {
    const hostPid = await this.hostPid();
    await using attacker = attack && new JsonLinesProcess(attackMain, [attack]);
    if (attacker) await attacker.ask(this.server);
    if (attacker) await sleep(1_000); // its clients come in
    await this.#plcs.ask({ command: 'reset' });
    const [gateway, host] = [processUsage(this.gateway.pid), usageOf(hostPid)];
    const startMs = performance.now();
    await sleep(windowMs);
    const percent = (seconds: number): number => (100_000 * seconds) / (performance.now() - startMs);
    const scans = await this.#scans(windowMs);
    const [gatewayAfter, hostAfter] = [usageOf(this.gateway.pid), usageOf(hostPid)];
    const { blows } = attacker ? await attacker.ask<{ readonly blows: number }>({}) : { blows: 0 };
    return {
      ...scans,
      blows,
      gatewayPercent: gatewayAfter ? percent(gatewayAfter.cpuSeconds - gateway.cpuSeconds) : 0,
      hostPercent: host && hostAfter ? percent(hostAfter.cpuSeconds - host.cpuSeconds) : null,
      gatewayBytes: gatewayAfter?.residentBytes ?? 0,
    };
  }

  /** Ends a gateway that may not end in order. */
  async kill(): Promise<void> {
    await this.gateway.kill();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.gateway[Symbol.asyncDispose]();
    await this.#plcs[Symbol.asyncDispose]();
  }

  /** A gateway that was held up may break a connection. */
  async #restarted(): Promise<boolean> {
    const { id } = await this.service();
    return (await this.gateway.ask('POST', `/services/${id}/restart?wait=true`)).status === 200;
  }

  async #works(): Promise<boolean> {
    const { state } = await this.service();
    return state === 'Healthy' && (await this.gateway.drivers()).every((driver) => driver.state === 'Healthy');
  }

  async #scans(windowMs: number): Promise<Scans> {
    const { nowMs, readAtMs } = await this.#plcs.ask<{
      readonly nowMs: number;
      readonly readAtMs: readonly (readonly number[])[];
    }>({ command: 'times' });
    const byPlc = readAtMs.map((times) => pausesOf(times, nowMs, windowMs));
    return {
      pausesMs: byPlc.flat(),
      lost: byPlc.filter((pauses) => Math.max(...pauses) > 2.5 * scanMs).length,
    };
  }
}

function pausesOf(times: readonly number[], nowMs: number, windowMs: number): readonly number[] {
  const sinceLastMs = times.length === 0 ? windowMs : nowMs - times[times.length - 1];
  const pauses = times.slice(1).map((at, i) => at - times[i]);
  return sinceLastMs > 1.5 * scanMs ? [...pauses, sinceLastMs] : pauses;
}

function usageOf(pid: number | null): ReturnType<typeof processUsage> | undefined {
  try {
    return pid === null ? undefined : processUsage(pid);
  } catch {
    return undefined; // it has ended
  }
}

/** The gateway's own namespace comes after the standard one and the server's. */
function node(id: string): NodeName {
  return { namespace: 2, id };
}
