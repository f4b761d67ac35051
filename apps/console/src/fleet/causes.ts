/** Causes of SPEC §4.3 as sentences that follow "The process". */
const sentences: Readonly<Record<string, string>> = {
  exit: 'ended by itself',
  signal: 'was ended by a signal',
  hang: 'stopped answering and was killed',
  wedge: 'made no progress and was replaced',
  'memory-hard': 'used too much memory and was replaced',
  'memory-soft': 'kept using much memory and was replaced',
  protocol: 'sent what could not be understood and was killed',
  'start-timeout': 'did not become ready in time',
  'not-spawned': 'was not given by the system',
  operator: 'was replaced by an operator',
  cron: 'was replaced on schedule',
  promotion: 'moved',
};

export function causeSentence(cause: string): string {
  return `The process ${sentences[cause] ?? `ended (${cause})`}.`;
}
