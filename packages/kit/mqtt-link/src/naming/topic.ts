/** MQTT 5, 1.5.4 and 4.7: at most 65,535 bytes of UTF-8, no NUL, at least one character. */
const longestBytes = 65_535;

/** Why messages can't be published under this topic, or undefined. Brokers close the connection of who tries. */
export function topicFault(topic: string): string | undefined {
  if (/[+#]/.test(topic)) return 'it holds + or #, which only filters have';
  return textFault(topic);
}

/** Why this is no filter to subscribe to, or undefined. MQTT 5, 4.7.1: + fills a whole level, # is the last level. */
export function filterFault(filter: string): string | undefined {
  const levels = filter.split('/');
  if (levels.some((level) => level.includes('+') && level !== '+')) return '+ stands for a whole level';
  const hash = levels.findIndex((level) => level.includes('#'));
  if (hash >= 0 && (levels[hash] !== '#' || hash < levels.length - 1)) return '# is the last level, alone';
  return textFault(filter);
}

/** MQTT 5, 4.7.2: filters that begin with a wildcard don't take topics that begin with $. */
export function topicMatches(filter: string, topic: string): boolean {
  if (topic.startsWith('$') && !filter.startsWith('$')) return false;
  const wanted = filter.split('/');
  const given = topic.split('/');
  for (const [i, level] of wanted.entries()) {
    if (level === '#') return true;
    if (i >= given.length || (level !== '+' && level !== given[i])) return false;
  }
  return wanted.length === given.length;
}

function textFault(text: string): string | undefined {
  if (text === '') return 'it is empty';
  if (text.includes('\0')) return 'it holds NUL';
  if (!text.isWellFormed()) return 'it holds half a surrogate pair, which UTF-8 has no bytes for';
  const bytes = Buffer.byteLength(text);
  return bytes > longestBytes ? `it has ${bytes} bytes, ${longestBytes} are allowed` : undefined;
}
