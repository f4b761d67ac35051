import type { ServiceRequestAnswer } from '@fieldwarden/admin-contract';
import { CliError } from '../../cli-error.js';
import type { CommandContext } from '../../command-context.js';
import { exitCodes } from '../../exit-code.js';
import { serviceList, servicePath } from '../services/service-calls.js';

/** The service has one instance, and this is its id. */
const serviceId = 'notifications';

/** What the service says of itself, as far as these commands show it. */
export interface NotificationState {
  /** Alarms that call for people now. */
  readonly open: number;
  readonly waiting: number;
  readonly deadLetters: number;
  readonly channels: readonly {
    readonly id: string;
    readonly type: string;
    readonly waiting: number;
    readonly problem: string | null;
  }[];
}

export async function notificationState(context: Pick<CommandContext, 'client'>): Promise<NotificationState> {
  const { services } = await serviceList(context);
  const service = services.find(({ id }) => id === serviceId);
  if (!service) {
    throw new CliError({
      code: 'NOTIFICATIONS_NOT_CONFIGURED',
      message: 'This gateway tells nobody of alarms; its plant document has no section notifications.',
      remedy: 'Name a channel and a step there; apps/docs/notifications.md has an example.',
      exitCode: exitCodes.failed,
    });
  }
  const said = (service.detail ?? {}) as Partial<NotificationState>;
  return {
    open: said.open ?? 0,
    waiting: said.waiting ?? 0,
    deadLetters: said.deadLetters ?? 0,
    channels: said.channels ?? [],
  };
}

/** What the service itself answers. */
export async function askNotifications<Answer>(
  { client }: Pick<CommandContext, 'client'>,
  request: 'test' | 'dead-letters',
  body: object,
): Promise<Answer> {
  const { answer } = await client.call<ServiceRequestAnswer>({
    method: 'POST',
    path: servicePath(serviceId, `/requests/${request}`),
    body,
    schema: 'fieldwarden/service-request@1',
  });
  return answer as Answer;
}
