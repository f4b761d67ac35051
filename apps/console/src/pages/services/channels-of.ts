/** One way by which people are told of alarms. */
export interface NotificationChannel {
  readonly id: string;
  readonly type: string;
  readonly waiting: number;
  /** Why nothing leaves; null: nothing is known of that. */
  readonly problem: string | null;
}

/** Out of what the notifications say of themselves; none while they do not run. */
export function channelsOf(detail: Readonly<Record<string, unknown>> | null): readonly NotificationChannel[] {
  const channels = detail?.channels;
  return Array.isArray(channels) ? (channels as readonly NotificationChannel[]) : [];
}
