import type { Service } from '@fieldwarden/admin-contract';
import { CliError } from '../../cli-error.js';
import type { CommandContext } from '../../command-context.js';
import { exitCodes } from '../../exit-code.js';
import { serviceList } from '../services/service-calls.js';

/** What an outlet says of itself, as far as these commands show it. */
export interface MqttOutletState {
  readonly id: string;
  readonly url: string | null;
  readonly connected: boolean;
  readonly problem: string | null;
  /** When it was connected, or was not any more; ISO 8601, null where it is not known. */
  readonly since: string | null;
  readonly nextAttemptAt: string | null;
  readonly pending: number;
  readonly bytes: number;
  readonly oldestAt: string | null;
  readonly published: number;
  /** By reason. */
  readonly dropped: Readonly<Record<string, number>>;
  /** Of an outlet that is a Sparkplug edge node. */
  readonly sparkplug: SparkplugNodeState | null;
  /** Those with most that waits, or that was given up. */
  readonly topics: readonly { readonly topic: string; readonly pending: number; readonly dropped: number }[];
}

export interface SparkplugNodeState {
  readonly group: string;
  readonly node: string;
  /** `live`, or why it has told nothing yet. */
  readonly session: string;
}

/** The MQTT outlets of the gateway. Throws where there is none. */
export async function mqttOutlets(context: Pick<CommandContext, 'client'>): Promise<readonly MqttOutletState[]> {
  const { services } = await serviceList(context);
  const outlets = services.filter(({ type }) => type === 'mqtt');
  if (outlets.length > 0) return outlets.map(stateOf);
  throw new CliError({
    code: 'MQTT_NOT_CONFIGURED',
    message: 'This gateway has no MQTT outlet; its plant document has no section mqtt.',
    remedy: 'Name a broker there: mqtt: { url: "mqtt://127.0.0.1:1883" }.',
    exitCode: exitCodes.failed,
  });
}

/** One that does not run says nothing of itself but why. */
function stateOf({ id, detail, reason, url }: Service): MqttOutletState {
  const said = (detail ?? {}) as Partial<MqttOutletState> & { readonly droppedBy?: Readonly<Record<string, number>> };
  return {
    id,
    url: said.url ?? url,
    connected: said.connected ?? false,
    problem: said.problem ?? reason,
    since: said.since ?? null,
    nextAttemptAt: said.nextAttemptAt ?? null,
    pending: said.pending ?? 0,
    bytes: said.bytes ?? 0,
    oldestAt: said.oldestAt ?? null,
    published: said.published ?? 0,
    dropped: said.droppedBy ?? {},
    sparkplug: said.sparkplug ? nodeOf(said.sparkplug) : null,
    topics: said.topics ?? [],
  };
}

function nodeOf({ group, node, session }: SparkplugNodeState): SparkplugNodeState {
  return { group, node, session };
}
