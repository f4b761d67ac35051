/** Why messages are given up (README of the outlet), in words. */
const words: Readonly<Record<string, string>> = {
  count: 'more than the outbox keeps',
  bytes: 'more bytes than the outbox keeps',
  age: 'too old',
  refused: 'refused by the broker',
  'too-large': 'larger than the broker takes',
  poison: 'put aside: the broker hung up for them',
  purged: 'given up by hand',
  disk: 'the disk had no room for them, or lost them',
};

/** `3 too old · 1 refused by the broker`; null where nothing was given up. */
export function dropReasons(droppedBy: Readonly<Record<string, number>>): string | null {
  const told = Object.entries(droppedBy).filter(([, count]) => count > 0);
  return told.length === 0 ? null : told.map(([reason, count]) => `${count} ${words[reason] ?? reason}`).join(' · ');
}
