import type { ReactElement, ReactNode } from 'react';
import { formatBytes } from '../../format/bytes.js';
import { formatCount } from '../../format/numbers.js';
import { Time } from '../../parts/time.js';
import { dropReasons } from './drop-reasons.js';
import type { MessageView, OutletView } from './outlet-view.js';

export function MessageTables({ outlet }: { readonly outlet: OutletView }): ReactElement {
  const { topics, quarantined, recent, service, sparkplug } = outlet;
  const of = `of ${service.id}`;
  return (
    <>
      {topics.length > 0 && (
        <MessageTable
          title="Topics with messages that wait, or were given up"
          of={of}
          heads={['Topic', 'Waiting', 'Given up']}
        >
          {topics.map(({ topic, pending, dropped, droppedBy }) => (
            <tr key={topic}>
              <td className="mono topic">{topic}</td>
              <td className="number live">{formatCount(pending)}</td>
              <td className="live">{dropped === 0 ? '–' : (dropReasons(droppedBy) ?? formatCount(dropped))}</td>
            </tr>
          ))}
        </MessageTable>
      )}
      {quarantined.length > 0 && (
        <MessageTable title="Put aside" of={of} heads={['Topic', 'Size', 'Why']}>
          {quarantined.map(({ topic, bytes }, i) => (
            <tr key={`${topic} ${i}`}>
              <td className="mono topic">{topic}</td>
              <td className="number">{formatBytes(bytes)}</td>
              <td>The broker ended three connections in a row right after it went out. It was not sent again.</td>
            </tr>
          ))}
        </MessageTable>
      )}
      <RecentMessages title="Last messages that the broker took" of={of} messages={recent} />
      <RecentMessages title="Last messages of the Sparkplug node" of={of} messages={sparkplug?.recent ?? []} />
    </>
  );
}

interface RecentMessagesProps {
  readonly title: string;
  readonly of: string;
  readonly messages: readonly MessageView[];
}

function RecentMessages({ title, of, messages }: RecentMessagesProps): ReactElement | null {
  if (messages.length === 0) return null;
  return (
    <MessageTable title={title} of={of} heads={['When', 'Topic', 'Payload']}>
      {messages.map(({ at, topic, bytes, text }, i) => (
        <tr key={`${at} ${topic} ${i}`}>
          <td className="live">
            <Time at={at} />
          </td>
          <td className="mono topic live">{topic}</td>
          <td className="mono payload live">{text ?? `${formatBytes(bytes)} that are no text`}</td>
        </tr>
      ))}
    </MessageTable>
  );
}

interface MessageTableProps {
  readonly title: string;
  readonly of: string;
  readonly heads: readonly string[];
  readonly children: ReactNode;
}

const numbers = new Set(['Waiting', 'Size']);

function MessageTable({ title, of, heads, children }: MessageTableProps): ReactElement {
  return (
    <section className="messages" aria-label={`${title} ${of}`}>
      <h3 className="minor">{title}</h3>
      <table className="table">
        <thead>
          <tr>
            {heads.map((head) => (
              <th key={head} scope="col" className={numbers.has(head) ? 'number' : undefined}>
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>{children}</tbody>
      </table>
    </section>
  );
}
