/** `0.4s`, `12s`, `5m`, `3h07`, `12d`: at most five characters up to 9,999 days. */
export function shortDuration(ms: number): string {
  const seconds = Math.max(0, ms) / 1_000;
  if (seconds < 9.95) return `${seconds.toFixed(1)}s`;
  if (seconds < 59.5) return `${Math.round(seconds)}s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return `${minutes}m`;
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return `${hours}h${String(minutes % 60).padStart(2, '0')}`;
  return `${Math.floor(hours / 24)}d`;
}

const sizes = ['B', 'k', 'M', 'G', 'T'];

/** `64M`, `1.2G`; decimal units, at most four characters up to 999 TB. */
export function shortBytes(bytes: number): string {
  let value = Math.max(0, bytes);
  let power = 0;
  while (value >= 999.5 && power < sizes.length - 1) {
    value /= 1_000;
    power += 1;
  }
  return `${value < 9.95 && power > 0 ? value.toFixed(1) : Math.round(value)}${sizes[power]}`;
}

/** `▓▓▓░░╎░░░░`: how much of the hard limit is used; the soft limit is marked until it is passed. */
export function barText(bytes: number, softBytes: number | null, hardBytes: number, width: number): string {
  const share = hardBytes <= 0 ? 1 : Math.min(1, bytes / hardBytes);
  const filled = bytes > 0 ? Math.max(1, Math.round(share * width)) : 0;
  const soft = softBytes === null ? -1 : Math.min(width - 1, Math.floor((softBytes / Math.max(1, hardBytes)) * width));
  return Array.from({ length: width }, (_, place) => {
    if (place < filled) return '▓';
    return place === soft ? '╎' : '░';
  }).join('');
}
