import { messageOf } from '@fieldwarden/core';
import { parseBrokerUrl, topicFault } from '@fieldwarden/mqtt-link';
import type { ServiceFinding } from '@fieldwarden/service';
import { isTimeZone } from '../queue/quiet-hours.js';
import type { ChannelSettings, NotificationSettings, NotificationStep } from '../settings.js';

type Path = readonly (string | number)[];

/** Rules beyond the schema: ids, addresses of servers, steps without a channel. Pure. */
export function checkNotifications({ channels, steps }: NotificationSettings): readonly ServiceFinding[] {
  const ids = channels.map(({ id }) => id);
  return [
    ...channels.flatMap((channel, i) => [
      ...(ids.indexOf(channel.id) === i
        ? []
        : [
            error(
              ['channels', i, 'id'],
              'notification-channel-unique',
              `${JSON.stringify(channel.id)} is the id of two channels`,
            ),
          ]),
      ...checkChannel(channel, ['channels', i]),
    ]),
    ...steps.flatMap((step, i) => checkStep(step, ['steps', i], channels)),
    ...channels.flatMap(({ id }, i) =>
      steps.length === 0 || steps.some(({ channel }) => channel === id)
        ? []
        : [warning(['channels', i, 'id'], 'notification-channel-unused', `no step uses the channel ${id}`)],
    ),
  ];
}

function checkChannel(channel: ChannelSettings, path: Path): readonly ServiceFinding[] {
  if (channel.type === 'mqtt') return checkMqtt(channel, path);
  const allowed = channel.type === 'mail' ? ['smtp:', 'smtps:'] : ['http:', 'https:'];
  return [
    ...checkUrl(channel.url, allowed, [...path, 'url']),
    ...(channel.type === 'mail' ? checkSignIn(channel, path) : []),
  ];
}

function checkMqtt(channel: Extract<ChannelSettings, { type: 'mqtt' }>, path: Path): readonly ServiceFinding[] {
  const findings = [...checkSignIn(channel, path)];
  try {
    parseBrokerUrl(channel.url);
  } catch (cause) {
    findings.push(error([...path, 'url'], 'notification-url', messageOf(cause)));
  }
  const fault = topicFault(channel.topic);
  if (fault !== undefined) findings.push(error([...path, 'topic'], 'notification-topic', `not a topic: ${fault}`));
  return findings;
}

function checkSignIn(
  { username, password }: { readonly username?: string | undefined; readonly password?: string | undefined },
  path: Path,
): readonly ServiceFinding[] {
  if (password === undefined || username !== undefined) return [];
  return [error([...path, 'password'], 'notification-sign-in', 'a password needs a username')];
}

function checkUrl(text: string, allowed: readonly string[], path: Path): readonly ServiceFinding[] {
  const url = URL.parse(text);
  const schemes = allowed.map((scheme) => `${scheme}//`).join(' or ');
  if (!url || url.hostname === '' || !allowed.includes(url.protocol))
    return [error(path, 'notification-url', `an address here begins with ${schemes} and names a host`)];
  if (url.username === '' && url.password === '') return [];
  const message = 'the address holds credentials, which would be shown; write them into fields of their own';
  return [error(path, 'notification-url', message)];
}

function checkStep(
  step: NotificationStep,
  path: Path,
  channels: readonly ChannelSettings[],
): readonly ServiceFinding[] {
  const channel = channels.find(({ id }) => id === step.channel);
  const findings: ServiceFinding[] = [];
  if (!channel) {
    const known = channels.length === 0 ? 'there are none' : `there are ${channels.map(({ id }) => id).join(', ')}`;
    findings.push(
      error([...path, 'channel'], 'notification-channel-unknown', `there is no channel ${step.channel}; ${known}`),
    );
  } else if (step.to && channel.type !== 'mail') {
    findings.push(
      error([...path, 'to'], 'notification-to', `${channel.id} is of type ${channel.type}: only mail has addresses`),
    );
  }
  const { quietHours } = step;
  if (quietHours && !isTimeZone(quietHours.timeZone)) {
    const message = `${JSON.stringify(quietHours.timeZone)} is no time zone; write one like Europe/Berlin`;
    findings.push(error([...path, 'quietHours', 'timeZone'], 'notification-time-zone', message));
  }
  if (quietHours && quietHours.from === quietHours.to) {
    findings.push(
      error(
        [...path, 'quietHours', 'to'],
        'notification-quiet-hours',
        'quiet hours end at another time than they begin',
      ),
    );
  }
  return findings;
}

function error(path: Path, rule: string, message: string): ServiceFinding {
  return { path, rule, message, severity: 'error' };
}

function warning(path: Path, rule: string, message: string): ServiceFinding {
  return { path, rule, message, severity: 'warning' };
}
