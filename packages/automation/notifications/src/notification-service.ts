import { GatewayError, messageOf, type Timer } from '@fieldwarden/core';
import { alarmSeverities, type Alarm } from '@fieldwarden/gateway-contract';
import type { Service, ServiceContext, ServiceHealth, ServiceMetric, ServiceTable } from '@fieldwarden/service';
import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { makeChannel } from './make-channel.js';
import { DeadLetters } from './queue/dead-letters.js';
import { Escalation, type Episode } from './queue/escalation.js';
import { SendQueue } from './queue/send-queue.js';
import type { ChannelSettings, NotificationSettings } from './settings.js';

/** Attempts that fail before people are told by an alarm that a channel does not work. */
const attemptsBeforeAlarm = 5;

/** How often a disk that takes nothing is tried. */
const lookAgainMs = 5_000;

const testRequest = z.strictObject({ channel: z.string().max(40), to: z.array(z.email()).max(100).optional() });

/** Tells people of alarms (SPEC §18.4): steps, gathering, quiet hours, a durable queue. */
export class NotificationService implements Service<NotificationSettings> {
  readonly #context: ServiceContext<NotificationSettings>;
  readonly #end = new DisposableStack();
  readonly #counts = new Map<string, { readonly channel: string; readonly result: string; value: number }>();
  /** By channel, while it does not work: why. */
  readonly #problems = new Map<string, string>();
  #settings: NotificationSettings;
  #escalation: Escalation | undefined;
  #queue: SendQueue | undefined;
  #dead: DeadLetters | undefined;
  #timer: Timer | undefined;
  #timerAtMs = Infinity;
  #tables: readonly ServiceTable[] = [];
  #isKeeping = false;
  /** While the disk takes nothing: why. */
  #storageProblem: string | undefined;

  constructor(context: ServiceContext<NotificationSettings>) {
    this.#context = context;
    this.#settings = context.settings;
  }

  async start(): Promise<undefined> {
    const { storage, alarmFeed } = this.#context;
    const [episodes, queued, dead] = await Promise.all([
      storage.table('episodes'),
      storage.table('queue'),
      storage.table('dead-letters'),
    ]);
    this.#tables = [episodes, queued, dead];
    this.#dead = new DeadLetters(dead, await dead.entries());
    this.#escalation = await this.#makeEscalation(episodes);
    this.#queue = this.#makeQueue(queued);
    await this.#queue.restore();
    this.#end.use(alarmFeed.follow((alarm) => this.#see(alarm)));
    for (const key of this.#escalation.endUnseen()) this.#queue.withdraw(key);
    this.#pump();
    return undefined;
  }

  apply(settings: NotificationSettings): Promise<void> {
    this.#settings = settings;
    this.#escalation?.apply(settings.steps, this.#context.clock.wallMs());
    for (const id of this.#problems.keys()) if (!this.#channelOf(id)) this.#works(id);
    this.#pump();
    return Promise.resolve();
  }

  status(): Readonly<Record<string, unknown>> {
    return {
      open: this.#escalation?.size ?? 0,
      waiting: this.#queue?.size ?? 0,
      deadLetters: this.#dead?.size ?? 0,
      channels: this.#settings.channels.map(({ id, type }) => ({
        id,
        type,
        waiting: this.#queue?.waitingFor(id) ?? 0,
        problem: this.#problems.get(id) ?? null,
      })),
    };
  }

  health(): ServiceHealth {
    if (this.#storageProblem !== undefined) {
      const reason = `what was told is not kept, and may be told again after a restart: ${this.#storageProblem}`;
      return { state: 'Degraded', reason };
    }
    const [problem] = this.#problems;
    if (!problem) return { state: 'Healthy' };
    return { state: 'Degraded', reason: `channel ${problem[0]}: ${problem[1]}` };
  }

  metrics(): readonly ServiceMetric[] {
    return [
      ...[...this.#counts.values()].map(({ channel, result, value }) => ({
        name: 'notifications_total',
        help: 'Alarms told by a channel, by what became of it.',
        type: 'counter' as const,
        labels: { channel, result },
        value,
      })),
      {
        name: 'notifications_waiting',
        help: 'Alarms that wait to be told.',
        type: 'gauge',
        value: this.#queue?.size ?? 0,
      },
    ];
  }

  async request(name: string, body: unknown): Promise<unknown> {
    if (name === 'test') return await this.#test(body);
    if (name === 'dead-letters') return { deadLetters: this.#dead?.all() ?? [] };
    throw new GatewayError({
      code: 'REQUEST_UNKNOWN',
      kind: 'unsupported',
      message: `notifications know no request ${name}`,
    });
  }

  async stop(): Promise<void> {
    this.#end.dispose();
    this.#timer?.[Symbol.dispose]();
    this.#timer = undefined;
    this.#timerAtMs = -Infinity;
    await this.#queue?.end();
  }

  async #makeEscalation(table: ServiceTable): Promise<Escalation> {
    const kept = (await table.entries()) as readonly (readonly [string, Episode])[];
    return new Escalation(this.#settings.steps, kept, this.#context.clock.wallMs(), {
      put: (key, episode) => table.put(key, episode),
      remove: (key) => table.delete(key),
    });
  }

  #makeQueue(table: ServiceTable): SendQueue {
    const { clock, random, gateway } = this.#context;
    return new SendQueue({
      table,
      clock,
      random,
      site: gateway.site,
      channel: (id) => {
        const settings = this.#channelOf(id);
        return settings && this.#channel(settings);
      },
      consolidationMs: () => this.#settings.consolidationMs,
      sent: (channelId, alarms) => {
        this.#count(channelId, 'sent', alarms);
        this.#works(channelId);
      },
      failed: (channelId, message, attempts) => this.#fails(channelId, message, attempts),
      dead: (letter) => {
        const { channel, result, alarms, message } = letter;
        this.#count(channel, result, alarms.length);
        this.#dead!.add(letter);
        this.#context.logger.warn(`notification by ${channel} not delivered (${result}): ${message}`);
        this.#context.events.append({
          message: `channel ${channel}: ${alarms.length} alarms are not told: ${message}`,
          data: { channel, result },
        });
      },
      changed: () => this.#pump(),
    });
  }

  #channelOf(id: string): ChannelSettings | undefined {
    return this.#settings.channels.find((channel) => channel.id === id);
  }

  #channel(settings: ChannelSettings) {
    const { clock, random, logger, gateway } = this.#context;
    return makeChannel(settings, { clock, random, logger, site: gateway.site });
  }

  #see(alarm: Alarm): void {
    const ended = this.#escalation!.see(alarm, this.#context.clock.wallMs());
    if (ended !== undefined) this.#queue!.withdraw(ended);
    this.#wakeAt(this.#context.clock.wallMs());
  }

  #pump(): void {
    if (this.#timerAtMs === -Infinity) return;
    const nowMs = this.#context.clock.wallMs();
    for (const { key, alarm, step } of this.#escalation!.due(nowMs)) {
      const { channel, to = null, quietHours = null } = step;
      this.#queue!.add({ key, alarm, channelId: channel, to, quietHours });
    }
    this.#queue!.pump();
    void this.#keep();
    this.#wakeAt(Math.min(this.#escalation!.nextDueMs(), this.#queue!.nextDueMs()));
  }

  /** Looks whether the disk takes what was put. */
  async #keep(): Promise<void> {
    if (this.#isKeeping) return;
    this.#isKeeping = true;
    try {
      await Promise.all(this.#tables.map((table) => table.settled()));
      this.#storageProblem = undefined;
    } catch (error) {
      this.#storageProblem = messageOf(error);
      this.#wakeAt(this.#context.clock.wallMs() + lookAgainMs);
    } finally {
      this.#isKeeping = false;
    }
  }

  /** One timer for all; at most a minute ahead, so that a step of the wall clock is noticed. */
  #wakeAt(wallMs: number): void {
    if (wallMs >= this.#timerAtMs) return;
    this.#timer?.[Symbol.dispose]();
    this.#timerAtMs = wallMs;
    const delayMs = Math.min(Math.max(0, wallMs - this.#context.clock.wallMs()), 60_000);
    this.#timer = this.#context.clock.setTimer(() => {
      this.#timerAtMs = Infinity;
      this.#pump();
    }, delayMs);
  }

  async #test(body: unknown): Promise<unknown> {
    const parsed = testRequest.safeParse(body);
    if (!parsed.success) throw refused('a test names a channel: { channel, to? }');
    const { channel: id, to = null } = parsed.data;
    const settings = this.#channelOf(id);
    if (!settings) throw refused(`there is no channel ${id}`);
    if (to && settings.type !== 'mail') throw refused(`${id} is of type ${settings.type}: only mail has addresses`);
    const { clock, gateway } = this.#context;
    const at = new Date(clock.wallMs()).toISOString();
    const startMs = clock.monotonicMs();
    const answer = (outcome: string, message: string | null) => ({
      channel: id,
      outcome,
      message,
      durationMs: Math.round(clock.monotonicMs() - startMs),
    });
    try {
      const message = {
        schema: 'fieldwarden/notification@1',
        id: randomUUID(),
        site: gateway.site,
        at,
        test: true,
        alarms: [],
      } as const;
      await this.#channel(settings).send(message, to);
      this.#works(id);
      return answer('sent', null);
    } catch (error) {
      return answer('failed', messageOf(error));
    }
  }

  #works(channelId: string): void {
    if (!this.#problems.delete(channelId)) return;
    this.#context.alarms.clear(`channel-${channelId}`);
  }

  #fails(channelId: string, message: string, attempts: number): void {
    this.#problems.set(channelId, message);
    if (attempts < attemptsBeforeAlarm) return;
    this.#context.alarms.raise({
      conditionId: `channel-${channelId}`,
      severity: alarmSeverities.high,
      message: `notifications by ${channelId} do not leave: ${message}`,
    });
  }

  #count(channel: string, result: string, alarms: number): void {
    const key = JSON.stringify([channel, result]);
    const count = this.#counts.get(key) ?? { channel, result, value: 0 };
    count.value += alarms;
    this.#counts.set(key, count);
  }
}

function refused(message: string): GatewayError {
  return new GatewayError({ code: 'NOTIFICATION_TEST', kind: 'config', message });
}
